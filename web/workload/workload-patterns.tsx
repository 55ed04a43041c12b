import type { Pattern } from '../../timeline/contract/pattern.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { sayPatterns } from '../../timeline/render/patterns.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { Failure } from '../app/controls/states.tsx';
import { useParts } from '../app/parts.ts';
import { hrefOf } from '../app/place.ts';
import { useResource } from '../app/use-resource.ts';
import { loadPodPatterns, podsToAsk } from './pod-patterns.ts';

/** The ways in which restarts repeat: in all pods together, and in those that restarted most. */
export function WorkloadPatterns({
  account: { cluster, pods, patterns = [] },
}: {
  readonly account: WorkloadTimeline;
}) {
  const { api } = useParts();
  const asked = podsToAsk(pods);
  const key =
    asked.length === 0 ? undefined : JSON.stringify(asked.map(({ pod, summary }) => [pod.uid, summary]));
  const own = useResource(key, (signal) => loadPodPatterns(api, asked, signal));
  const ofPods = own.data ?? [];
  if (own.error !== undefined) return <Failure error={own.error} onRetry={() => own.reload()} />;
  if (patterns.length === 0 && ofPods.length === 0) return null;
  return (
    <section class="card" aria-labelledby="patterns">
      <h2 id="patterns">Patterns</h2>
      {patterns.length > 0 && <List patterns={patterns} />}
      {ofPods.map(({ uid, name, patterns: found }) => (
        <div key={uid}>
          <h3>
            <a href={hrefOf('pod', { cluster, uid })}>
              <Name>{plainText(name)}</Name>
            </a>
          </h3>
          <List patterns={found} />
        </div>
      ))}
    </section>
  );
}

function List({ patterns }: { readonly patterns: readonly Pattern[] }) {
  const { lines, more } = sayPatterns(patterns);
  return (
    <>
      <ul class="patterns">
        {lines.map(({ heading, text }, index) => (
          <li key={index}>
            <b>{heading}</b>
            <p>{text}</p>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">and {more} earlier ones</p>}
    </>
  );
}
