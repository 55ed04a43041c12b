import type { PodEvent, PodStatus } from '../contract/pod-event.ts';
import { compareTimes, latestMeant } from '../time.ts';
import type { Leaving } from './leaving.ts';

/** A reason, and the first revision that gave it. */
export interface Said {
  readonly reason: string;
  readonly revision: PodEvent;
}

/** `status.reason`, as the kubelet or the node controller set it. */
export function findReason(revisions: readonly PodEvent[]): Said | undefined {
  const revision = revisions.findLast(({ status }) => status?.reason !== undefined);
  const reason = revision?.status?.reason;
  return revision === undefined || reason === undefined ? undefined : { reason, revision };
}

/** The condition is set before the pod is deleted; where that was not watched, its time tells. */
export function findDisruption(revisions: readonly PodEvent[], leaving: Leaving): Said | undefined {
  for (const [index, revision] of revisions.entries()) {
    const condition = disruptionOf(revision.status);
    if (condition?.reason === undefined) continue;
    const { lastTransitionTime: at } = condition;
    const before =
      index <= leaving.index || (at !== undefined && compareTimes(at, latestMeant(leaving.at)) <= 0);
    // One that came to nothing is taken back after two minutes (disruption controller).
    const lasting = revisions.slice(index, leaving.index + 1).every(({ status }) => !isTakenBack(status));
    if (before && lasting) return { reason: condition.reason, revision };
  }
  return undefined;
}

function disruptionOf(status: PodStatus | undefined) {
  return status?.conditions?.find(
    (condition) => condition.type === 'DisruptionTarget' && condition.status === 'True',
  );
}

function isTakenBack(status: PodStatus | undefined): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'DisruptionTarget' && is === 'False') ?? false
  );
}
