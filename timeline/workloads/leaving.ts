import type { PodEvent } from '../contract/pod-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { wholeSecond } from '../time.ts';
import { likelyMoment, shiftWithin } from './moment.ts';

/** How it became known that a pod was on its way out. */
export interface Leaving {
  readonly at: Timestamp;
  /** When it was still there: `at`, but for one that vanished. */
  readonly notBefore: Timestamp;
  /**
   * `deletion`: it was deleted through the API, at once or with a grace period; `phase`: it ended by itself, or by its
   * kubelet; `vanished`: it was missing from a list, so that `at` is only the latest possible time; `removed`: a
   * container of Docker alone was removed.
   */
  readonly by: 'deletion' | 'phase' | 'vanished' | 'removed';
  /** Its place among the pod's revisions; that of one past the last for `removed`. */
  readonly index: number;
  readonly revision: PodEvent | undefined;
}

/**
 * The first revision that shows the pod on its way out.
 *
 * @param revisions of one pod, in their order
 */
export function findLeaving(revisions: readonly PodEvent[]): Leaving | undefined {
  let leaving: Leaving | undefined;
  for (const [index, revision] of revisions.entries()) {
    // The mirror of a static pod comes back, and what a list once missed may be there after all.
    if (leaving !== undefined && isBack(revision, leaving)) leaving = undefined;
    leaving ??= leavingOf(revision, index, revisions[index - 1]);
  }
  return leaving;
}

function isBack({ type, metadata, status }: PodEvent, { by }: Leaving): boolean {
  if (by === 'vanished') return true;
  if (by === 'phase') return status?.phase === 'Running' || status?.phase === 'Pending';
  return (
    (type === 'ADDED' || type === 'LISTED') &&
    metadata !== undefined &&
    metadata.deletionTimestamp === undefined
  );
}

function leavingOf(revision: PodEvent, index: number, before: PodEvent | undefined): Leaving | undefined {
  const { type, observedAt, occurredAt, metadata, status, row } = revision;
  const watched = type !== 'LISTED';
  const left = (by: Leaving['by'], at: Timestamp, notBefore = at) => ({ at, notBefore, by, index, revision });
  if (metadata?.deletionTimestamp !== undefined) {
    // The API server sets it to the end of the grace period (registry/rest/delete.go).
    const until = metadata.deletionTimestamp;
    const asked = shiftWithin(until, -1000 * (metadata.deletionGracePeriodSeconds ?? 0));
    return left(
      'deletion',
      likelyMoment(until.includes('.') ? asked : wholeSecond(asked), observedAt, watched),
    );
  }
  const phase = status?.phase ?? row?.phase;
  if (phase === 'Succeeded' || phase === 'Failed')
    return left('phase', likelyMoment(occurredAt, observedAt, watched));
  if (type === 'DELETED') return left('deletion', observedAt);
  if (type === 'VANISHED') return left('vanished', observedAt, before?.observedAt ?? observedAt);
  return undefined;
}
