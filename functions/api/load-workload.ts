import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { findWorkloadPatterns } from '../../timeline/patterns/workload-patterns.ts';
import { type PodLife, readPodLife } from '../../timeline/workloads/pod-life.ts';
import { tellWorkload, type WorkloadName } from '../../timeline/workloads/reconstruct-workload.ts';
import { concurrently } from '../store/concurrently.ts';
import type { Store } from '../store/store.ts';
import { timelinePath } from './links.ts';
import { Problem } from './problem.ts';
import { tellPod } from './tell-pod.ts';

/** Of one workload so many pods are told, the newest: a picture and a reader hold no more. */
const PODS_TOLD = 200;
/** Pods read at once: their events are in memory only as long. */
const CONCURRENCY = 12;
/** What happened is heard of later: until then silence says nothing. Agents deliver within seconds. */
const DELIVERY_MS = 60_000;

/**
 * The account of a workload, from what is recorded of its newest pods.
 *
 * @param nowMs milliseconds since the epoch
 * @throws Problem if nothing of it is recorded
 */
export async function loadWorkload(
  store: Store,
  workload: WorkloadName,
  nowMs: number,
): Promise<WorkloadTimeline> {
  const { cluster } = workload;
  const { pods, leftOut, more } = await store.workloadPods(cluster, workload, PODS_TOLD);
  const around = new Map<string | null, Promise<readonly RecordedEvent[]>>();
  const surroundingsOf = (node: string | null) => {
    const read = around.get(node) ?? store.surroundings(cluster, node);
    around.set(node, read);
    return read;
  };
  const lives = await concurrently(pods, CONCURRENCY, async (summary): Promise<PodLife | undefined> => {
    const { pod } = summary;
    const [history, surroundings] = await Promise.all([
      store.podHistory(cluster, pod.uid),
      surroundingsOf(pod.node),
    ]);
    const told = tellPod({ cluster, uid: pod.uid }, history, surroundings, summary);
    return told === undefined ? undefined : readPodLife(told.timeline, told.events);
  });
  const account = tellWorkload(
    workload,
    lives.filter((life) => life !== undefined),
    { readAt: new Date(nowMs - DELIVERY_MS).toISOString(), leftOut: { pods: leftOut, morePods: more } },
  );
  if (account === undefined) throw workloadNotFound(workload);
  return {
    ...account,
    pods: account.pods.map((pod) => ({ ...pod, href: timelinePath(cluster, pod.pod.uid) })),
    patterns: findWorkloadPatterns(
      account.pods.map(({ pod, revision, startedAt }) => ({ uid: pod.uid, revision, startedAt })),
      account.restarts,
    ),
  };
}

function workloadNotFound({ cluster, namespace, kind, name }: WorkloadName): Problem {
  return new Problem(
    'workload-not-found',
    `Nothing is recorded of pods of a ${kind} "${name}" of namespace "${namespace}" in cluster "${cluster}"; kinds are spelled as in Kubernetes, such as Deployment.`,
  );
}
