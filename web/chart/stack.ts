import type { Span } from '../../timeline/reports/calendar.ts';

/** How often something happened in a stretch of time, by what it is told apart by. */
export interface Bin extends Span {
  readonly counts: ReadonlyMap<string, number>;
}

/** A part of a bar: so many of one kind, upon those before. */
export interface Layer {
  readonly key: string;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** What is stacked in a bin, lowest first, in the order of `keys`; what is not there has no layer. */
export function stackBin({ counts }: Bin, keys: readonly string[]): readonly Layer[] {
  let height = 0;
  return keys.flatMap((key): Layer[] => {
    const count = counts.get(key) ?? 0;
    if (count === 0) return [];
    const from = height;
    height += count;
    return [{ key, count, from, to: height }];
  });
}

export function totalOf({ counts }: Bin): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}

/** The kinds that occur: the known ones in their order, then the others by name. */
export function keysOf(bins: readonly Bin[], order: readonly string[]): readonly string[] {
  const found = new Set(
    bins.flatMap(({ counts }) => [...counts].flatMap(([key, n]) => (n > 0 ? [key] : []))),
  );
  const known = order.filter((key) => found.has(key));
  return [...known, ...[...found].filter((key) => !order.includes(key)).sort()];
}
