import type { Timestamp } from '../contract/primitives.ts';
import type { Gap, Restart } from '../contract/timeline.ts';
import { compareTimes } from '../time.ts';

/** `at least ` where something between the two moments may have been missed. */
export function hedge(gaps: readonly Gap[], from: Timestamp, to: Timestamp): string {
  const missed = gaps.some(
    (gap) =>
      (gap.from === null || compareTimes(gap.from, to) <= 0) &&
      (gap.to === null || compareTimes(gap.to, from) >= 0),
  );
  return missed ? 'at least ' : '';
}

/** The causes and how often each: `exited 4, oom-killed 1`. */
export function sayCauses(restarts: readonly Pick<Restart, 'cause'>[]): string {
  const byCause = Map.groupBy(restarts, ({ cause }) => cause);
  return [...byCause]
    .sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .map(([cause, some]) => `${cause} ${some.length}`)
    .join(', ');
}

export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
