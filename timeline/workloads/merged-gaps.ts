import type { Timestamp } from '../contract/primitives.ts';
import type { Gap } from '../contract/timeline.ts';
import { compareText } from '../text-order.ts';
import { compareTimes } from '../time.ts';

/** The gaps of many pods as one list: those of one source and one reason that overlap are one. */
export function mergeGaps(gaps: readonly Gap[]): Gap[] {
  const merged: Gap[] = [];
  const inOrder = [...gaps].sort(
    (a, b) =>
      compareText(a.source, b.source) ||
      compareText(a.reason, b.reason) ||
      compareFrom(a.from, b.from) ||
      compareTo(a.to, b.to),
  );
  for (const gap of inOrder) {
    const last = merged.at(-1);
    if (last === undefined || last.source !== gap.source || last.reason !== gap.reason || !reaches(last, gap))
      merged.push({ ...gap });
    else if (compareTo(last.to, gap.to) < 0) last.to = gap.to;
  }
  return merged.sort(
    (a, b) =>
      compareFrom(a.from, b.from) || compareText(a.source, b.source) || compareText(a.reason, b.reason),
  );
}

/** Null is before all else. */
function compareFrom(a: Timestamp | null, b: Timestamp | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareTimes(a, b);
}

/** Null is after all else. */
function compareTo(a: Timestamp | null, b: Timestamp | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareTimes(a, b);
}

function reaches({ to }: Gap, { from }: Gap): boolean {
  return to === null || from === null || compareTimes(from, to) <= 0;
}
