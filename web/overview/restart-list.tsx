import type { RestartRecord } from '../../timeline/contract/report.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { RestartRow } from './restart-row.tsx';
import { workloadHref } from './workload-href.ts';

/** Restarts, newest first, each with the way to its pod, its workload and its node. */
export function RestartList({
  label,
  restarts,
}: {
  readonly label: string;
  readonly restarts: readonly RestartRecord[];
}) {
  return (
    <ol class="restarts" aria-label={label}>
      {restarts.map((restart) => (
        <RestartRow key={`${restart.pod.uid} ${restart.container} ${restart.to}`} {...restart}>
          <Where restart={restart} />
        </RestartRow>
      ))}
    </ol>
  );
}

function Where({ restart: { cluster, namespace, workload, node } }: { readonly restart: RestartRecord }) {
  const owner = `${workload.kind}/${workload.name}`;
  return (
    <>
      <Name>{cluster}</Name> · <Name>{plainText(namespace)}</Name>
      {workload.kind !== 'Pod' && (
        <>
          {' · '}
          <a href={workloadHref(cluster, namespace, owner)}>
            <Name>{plainText(owner)}</Name>
          </a>
        </>
      )}
      {node !== null && (
        <>
          {' · '}
          <a href={hrefOf('node', { cluster, node })}>
            <Name>{plainText(node)}</Name>
          </a>
        </>
      )}
    </>
  );
}
