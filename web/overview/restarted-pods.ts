import type { PodSummary } from '../../timeline/contract/lists.ts';
import type { ApiClient } from '../app/api/client.ts';

/** So many clusters are asked, and so many pods of each: enough to lead on, not to be complete. */
const CLUSTERS_ASKED = 10;
const PODS_ASKED = 100;
const PODS_NAMED = 8;

/** Pods that restarted at any time, of the first clusters, the last restarted first. */
export async function loadRestartedPods(
  api: ApiClient,
  clusters: readonly string[],
  signal: AbortSignal,
): Promise<readonly PodSummary[]> {
  const pages = await Promise.all(
    clusters
      .slice(0, CLUSTERS_ASKED)
      .map((cluster) => api.pods(cluster, { restarted: true, limit: PODS_ASKED }, { signal })),
  );
  return pages
    .flatMap(({ items }) => items)
    .filter(({ lastRestartAt }) => lastRestartAt !== null)
    .sort((a, b) => ((a.lastRestartAt ?? '') < (b.lastRestartAt ?? '') ? 1 : -1))
    .slice(0, PODS_NAMED);
}
