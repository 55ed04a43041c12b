import { useParts } from '../app/parts.ts';
import { hrefOf, type Params } from '../app/place.ts';
import { rangeParams } from '../app/time-range.ts';
import { useResource } from '../app/use-resource.ts';
import { PodList } from './pod-list.tsx';
import { loadRestartedPods } from './restarted-pods.ts';

const HOUR_MS = 3_600_000;

/** Where nothing restarted: what did at other times, so that a reader is not left before an empty chart. */
export function QuietTime({
  clusters,
  picked,
}: {
  readonly clusters: readonly string[];
  readonly picked: Params;
}) {
  const { api } = useParts();
  const { data: pods = [] } = useResource(JSON.stringify(clusters), (signal) =>
    loadRestartedPods(api, clusters, signal),
  );
  const newestMs = Date.parse(pods[0]?.lastRestartAt ?? '');
  return (
    <div class="quiet-time">
      <p>
        <strong>Nothing restarted in this time.</strong>{' '}
        {Number.isNaN(newestMs) ? null : (
          <a
            href={hrefOf('overview', {
              ...picked,
              ...rangeParams({ fromMs: newestMs - HOUR_MS, toMs: newestMs + HOUR_MS / 12 }),
            })}
          >
            Show the last time that something did: {new Date(newestMs).toISOString().slice(0, 10)}
          </a>
        )}
      </p>
      {pods.length === 0 ? null : (
        <>
          <h3>Restarted before</h3>
          <PodList pods={pods} hasMore={false} />
        </>
      )}
    </div>
  );
}
