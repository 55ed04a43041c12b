import type { Timestamp } from './contract/primitives.ts';
import type { Gap } from './contract/timeline.ts';
import { compareTimes } from './time.ts';

/** `at least ` where something between the two moments may have been missed. */
export function hedge(gaps: readonly Gap[], from: Timestamp, to: Timestamp): string {
  const missed = gaps.some(
    (gap) =>
      (gap.from === null || compareTimes(gap.from, to) <= 0) &&
      (gap.to === null || compareTimes(gap.to, from) >= 0),
  );
  return missed ? 'at least ' : '';
}
