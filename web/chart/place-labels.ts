import type { Tick, TimeScale } from './time-scale.ts';

/** Half of an average character of 11 px text. */
const HALF_CHARACTER = 3.2;
const ROOM = 5;

/** The labels of an axis by their middles: within the chart, and without those that would cover the one before. */
export function placeLabels({
  ticks,
  left,
  right,
}: Pick<TimeScale, 'ticks' | 'left' | 'right'>): readonly Tick[] {
  let takenTo = Number.NEGATIVE_INFINITY;
  return ticks.flatMap((tick) => {
    const half = tick.text.length * HALF_CHARACTER;
    const x = Math.max(left + half, Math.min(right - half, tick.x));
    if (x - half < takenTo + ROOM) return [];
    takenTo = x + half;
    return [{ ...tick, x }];
  });
}
