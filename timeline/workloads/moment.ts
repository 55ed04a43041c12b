import type { Timestamp } from '../contract/primitives.ts';
import { earliest, latest, latestMeant, shift, wholeSecond } from '../time.ts';

/**
 * Kubernetes names a whole second. What was watched was heard shortly after it was, so that within that second the
 * moment of hearing is the better guess; what was found by a list was heard at any time later.
 */
export function likelyMoment(second: Timestamp, observedAt: Timestamp, watched: boolean): Timestamp {
  if (!watched || second.includes('.')) return second;
  return earliest(latest(second, observedAt), latestMeant(second)) ?? second;
}

/** The time `ms` later, or the time itself where that has no year of four digits. */
export function shiftWithin(time: Timestamp, ms: number): Timestamp {
  const shifted = shift(time, ms);
  return /^\d{4}-/.test(shifted) ? shifted : time;
}

/** Whether `a` may have been no earlier than `b`, given that either may be cut to whole seconds. */
export function mayBeSince(a: Timestamp, b: Timestamp): boolean {
  return latestMeant(a).slice(0, -1) >= wholeSecond(b).slice(0, -1);
}
