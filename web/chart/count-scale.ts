/** The end of an axis of counts, and where its lines are: whole numbers, of which people can read off the others. */
export interface CountScale {
  readonly max: number;
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 5] as const;

/**
 * An axis for counts up to `highest` with about `lines` lines above zero.
 *
 * @param highest 0 or more; the axis of nothing ends at 1
 */
export function createCountScale(highest: number, lines = 4): CountScale {
  const rough = Math.max(1, highest) / lines;
  const magnitude = Math.max(1, 10 ** Math.floor(Math.log10(rough)));
  const step = (STEPS.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const max = Math.max(step, Math.ceil(highest / step) * step);
  return { max, ticks: Array.from({ length: Math.round(max / step) + 1 }, (_, index) => index * step) };
}

/** A count where there is little room: `950`, `1.2k`, `35k`, `4.1M`. */
export function sayCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_500) return `${trim(count / 1000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

function trim(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace('.0', '') : String(Math.round(value));
}
