import type { Span } from '../../timeline/reports/calendar.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday (1970-01-05): weeks are counted from there. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Steps that are the same length everywhere in UTC, which knows no summer time: so many of each unit. */
const STEPS: readonly (readonly [unitMs: number, counts: readonly number[]])[] = [
  [1, [1, 2, 5, 10, 20, 50, 100, 200, 500]],
  [SECOND_MS, [1, 2, 5, 10, 15, 30]],
  [MINUTE_MS, [1, 2, 5, 10, 15, 30]],
  [HOUR_MS, [1, 2, 3, 6, 12]],
  [DAY_MS, [1, 2, 7, 14]],
];
const STEPS_MS = STEPS.flatMap(([unitMs, counts]) => counts.map((count) => count * unitMs));
const STEPS_MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600];
const MONTH_MS = 30.4 * DAY_MS;

/**
 * Round moments of a span, in UTC, at most so many: whole seconds, minutes, hours, days, weeks from Monday, months or
 * years, whichever are the nearest to one another that still leave room.
 *
 * d3-scale does the same; with what it needs for scales of colours it weighs a fifth of what the page may.
 */
export function timeTicks({ fromMs, toMs }: Span, most: number): readonly number[] {
  const roughMs = (toMs - fromMs) / most;
  const stepMs = STEPS_MS.find((step) => step >= roughMs);
  return stepMs === undefined ? monthTicks(fromMs, toMs, roughMs) : evenTicks(fromMs, toMs, stepMs);
}

function evenTicks(fromMs: number, toMs: number, stepMs: number): readonly number[] {
  const originMs = stepMs >= 7 * DAY_MS ? FIRST_MONDAY_MS : 0;
  const first = Math.ceil((fromMs - originMs) / stepMs);
  const count = Math.floor((toMs - originMs) / stepMs) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => originMs + (first + index) * stepMs);
}

function monthTicks(fromMs: number, toMs: number, roughMs: number): readonly number[] {
  const step = STEPS_MONTHS.find((months) => months * MONTH_MS >= roughMs) ?? 1200;
  const from = new Date(fromMs);
  const first = Math.floor((from.getUTCFullYear() * 12 + from.getUTCMonth()) / step);
  const ticks: number[] = [];
  for (let month = first * step; ; month += step) {
    const atMs = Date.UTC(Math.floor(month / 12), month % 12);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push(atMs);
  }
}
