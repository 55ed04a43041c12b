import type { NodePod } from '../contract/incident.ts';
import type { RuntimeName, Timestamp } from '../contract/primitives.ts';
import type { Gap, Restart, Timeline } from '../contract/timeline.ts';
import { beginningOf, historiesOf } from '../patterns/container-history.ts';
import { compareText } from '../text-order.ts';
import { compareTimes } from '../time.ts';

/** A restart as one of many on a node. */
export interface Candidate {
  readonly pod: NodePod;
  readonly index: number;
  readonly restart: Restart;
  /** Of the old run; undefined if that is not known. */
  readonly runtime: RuntimeName | undefined;
  /** When the old run is known to have begun. */
  readonly beganAt: Timestamp | undefined;
  /** When the old run ended. */
  readonly endedAt: Timestamp | undefined;
  /** When what was done to the container was done: to its sandbox first, if that is the cause. */
  readonly struckAt: Timestamp | undefined;
  /** What went unwatched in the pod's life. */
  readonly gaps: readonly Gap[];
}

export function podOf({ pod: { namespace, name, uid } }: Timeline): NodePod {
  return { namespace, name, uid };
}

/** All restarts of the pods, in the order in which they were struck; those of unknown time last. */
export function candidatesOf(timelines: readonly Timeline[]): Candidate[] {
  return timelines
    .flatMap((timeline) => {
      const sandboxes = new Map(timeline.sandboxes.map((sandbox) => [sandbox.id, sandbox]));
      return historiesOf(timeline).flatMap(({ steps }) =>
        steps.map(({ index, restart, before }): Candidate => {
          const endedAt = before?.finishedAt ?? undefined;
          const sandbox = sandboxes.get(before?.sandboxId ?? '');
          const ofSandbox = restart.cause.startsWith('sandbox-') ? sandbox?.finishedAt : undefined;
          return {
            pod: podOf(timeline),
            index,
            restart,
            runtime: before?.runtime,
            beganAt: beginningOf(before),
            endedAt,
            struckAt: ofSandbox ?? endedAt,
            gaps: timeline.gaps,
          };
        }),
      );
    })
    .sort(compareCandidates);
}

function compareCandidates(a: Candidate, b: Candidate): number {
  const [at, otherAt] = [a.struckAt ?? a.restart.at, b.struckAt ?? b.restart.at];
  const byTime =
    at === null || otherAt === null
      ? Number(at === null) - Number(otherAt === null)
      : compareTimes(at, otherAt);
  return byTime || comparePods(a.pod, b.pod) || a.index - b.index;
}

export function comparePods(a: NodePod, b: NodePod): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.uid, b.uid);
}
