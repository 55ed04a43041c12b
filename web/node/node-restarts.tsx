import { useState } from 'preact/hooks';
import type { NodeRestart } from '../../timeline/contract/incident.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { Name } from '../app/controls/name.tsx';
import { RestartRow } from '../overview/restart-row.tsx';

/** A reader takes in so many at first. */
const SHOWN = 50;

/** The restarts of a node that are in no incident, newest first. */
export function NodeRestarts({
  cluster,
  restarts,
}: {
  readonly cluster: string;
  readonly restarts: readonly NodeRestart[];
}) {
  const [isWhole, setIsWhole] = useState(false);
  const newest = restarts.toReversed();
  const shown = isWhole ? newest : newest.slice(0, SHOWN);
  return (
    <>
      <ol class="restarts" aria-label="Other restarts, newest first">
        {shown.map((restart) => (
          <RestartRow key={`${restart.pod.uid} ${restart.index}`} cluster={cluster} {...restart}>
            <Name>{plainText(restart.pod.namespace)}</Name>
          </RestartRow>
        ))}
      </ol>
      {shown.length < restarts.length && (
        <button type="button" class="show-more" onClick={() => setIsWhole(true)}>
          Show the {restarts.length - shown.length} earlier ones as well
        </button>
      )}
    </>
  );
}
