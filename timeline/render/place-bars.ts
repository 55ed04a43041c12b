import type { BarTone, LaneBar } from './pod-lanes.ts';

/** One or, if they were too short to be drawn apart, several bars, and where they lie on the drawing. */
export interface PlacedBar {
  readonly bars: readonly LaneBar[];
  readonly x: number;
  readonly width: number;
}

export interface Plot {
  readonly x: (ms: number) => number;
  /** Edges of what is drawn: what lies outside is left out, what reaches out is cut. */
  readonly left: number;
  readonly right: number;
}

/** A bar narrower than this cannot be told from its neighbour. */
const MIN_WIDTH = 2;
/** Of a merged bar the worst is seen. */
const WORST_FIRST: readonly BarTone[] = [
  'failed',
  'killed',
  'unknown',
  'unready',
  'back-off',
  'running',
  'completed',
  'ready',
  'sandbox',
];

/**
 * Places bars that begin one after the other. Those too short to be seen are merged with their like next to them, so
 * that however many there are, no more is drawn than there are pixels.
 */
export function placeBars(bars: readonly LaneBar[], { x, left, right }: Plot): PlacedBar[] {
  const placed: { bars: LaneBar[]; x: number; end: number; isThin: boolean }[] = [];
  for (const bar of bars) {
    if (bar.fromMs === null) continue;
    const from = x(bar.fromMs);
    const to = bar.toMs === null ? right : x(bar.toMs);
    if (from > right || to < left) continue;
    const start = Math.max(left, from);
    const isThin = Math.min(right, to) - start < MIN_WIDTH;
    const end = isThin ? start + MIN_WIDTH : Math.min(right, to);
    const before = placed.at(-1);
    if (before?.isThin === true && isThin && start <= before.end + MIN_WIDTH) {
      before.bars.push(bar);
      before.end = Math.max(before.end, end);
    } else {
      placed.push({ bars: [bar], x: start, end, isThin });
    }
  }
  return placed.map(({ bars: merged, x: start, end }) => ({ bars: merged, x: start, width: end - start }));
}

/** The tone that a placed bar is drawn in. */
export function toneOf({ bars }: PlacedBar): BarTone {
  const [first] = bars;
  if (bars.length === 1 && first !== undefined) return first.tone;
  const tones = new Set(bars.map(({ tone }) => tone));
  return WORST_FIRST.find((tone) => tones.has(tone)) ?? 'unknown';
}

/** What a placed bar says; of a merged one, how many it stands for and of which kinds. */
export function titleOf({ bars }: PlacedBar): string {
  const [first] = bars;
  if (bars.length === 1 && first !== undefined) return first.title;
  const counts = Map.groupBy(bars, ({ tone }) => tone);
  const kinds = WORST_FIRST.filter((tone) => counts.has(tone)).map(
    (tone) => `${counts.get(tone)?.length} ${tone}`,
  );
  return `${bars.length} too short to draw apart: ${kinds.join(', ')}`;
}

/** Marks that would overlap, as one. */
export interface PlacedMark<T> {
  readonly x: number;
  readonly items: readonly T[];
}

/** Places marks that come one after the other; one nearer than `minDistance` to the mark before joins it. */
export function placeMarks<T>(
  items: readonly T[],
  millisOf: (item: T) => number | null,
  { x, left, right }: Plot,
  minDistance: number,
): PlacedMark<T>[] {
  const placed: { x: number; items: T[] }[] = [];
  for (const item of items) {
    const ms = millisOf(item);
    if (ms === null) continue;
    const at = x(ms);
    if (at < left || at > right) continue;
    const before = placed.at(-1);
    if (before !== undefined && at - before.x < minDistance) before.items.push(item);
    else placed.push({ x: at, items: [item] });
  }
  return placed;
}
