import type { Pattern } from '../../timeline/contract/pattern.ts';
import type { WorkloadPod } from '../../timeline/contract/workload-timeline.ts';
import type { ApiClient } from '../app/api/client.ts';

/** The patterns of one pod. */
export interface PodPatterns {
  readonly uid: string;
  readonly name: string;
  readonly patterns: readonly Pattern[];
}

/** A crash loop and the like take at least so many restarts. */
const FEWEST_RESTARTS = 3;
/** Of so many pods the timelines are looked into, those that restarted most. */
const PODS_ASKED = 5;

/** The pods that may repeat themselves, the worst first. */
export function podsToAsk(pods: readonly WorkloadPod[]): readonly WorkloadPod[] {
  return pods
    .filter(({ summary }) => summary.restarts >= FEWEST_RESTARTS)
    .sort((a, b) => b.summary.restarts - a.summary.restarts)
    .slice(0, PODS_ASKED);
}

/**
 * The patterns of the pods that restarted most. A workload's account tells only those that its pods show together; how
 * a single pod repeats itself stands in its own timeline.
 */
export async function loadPodPatterns(
  api: Pick<ApiClient, 'podTimeline'>,
  pods: readonly WorkloadPod[],
  signal: AbortSignal,
): Promise<readonly PodPatterns[]> {
  const timelines = await Promise.all(
    pods.map(({ pod: { cluster, uid } }) => api.podTimeline({ cluster, uid }, { signal })),
  );
  return timelines.flatMap(({ pod: { uid, name }, patterns = [] }) =>
    patterns.length === 0 ? [] : [{ uid, name, patterns }],
  );
}
