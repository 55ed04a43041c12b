import type { RestartRecord, RestartReport } from '../../timeline/contract/report.ts';
import type { Interval, Span } from '../../timeline/reports/calendar.ts';
import type { Bin } from '../chart/stack.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What of restarts is shown: all, or those that Kubernetes counted, or those that it did not. */
export type CountedFilter = 'true' | 'false' | undefined;

/** How a stretch of time is cut for a chart: into reports of an interval, of which so many are one bar. */
export interface Binning {
  readonly interval: Interval;
  readonly hoursEach?: number;
}

/** Reports tell hours at the finest; up to here the restarts themselves are counted, by the minute. */
export const LONGEST_FINE_MS = 12 * HOUR_MS;
const FINE_STEPS_MS = [1000, 5000, 15_000, 30_000, ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS)];
const FINE_BINS = 48;

/** How a report cuts a span so that about 24 to 90 bars come of it. */
export function binningOf({ fromMs, toMs }: Span): Binning {
  const length = toMs - fromMs;
  if (length <= 3 * DAY_MS) return { interval: 'hour', hoursEach: 1 };
  if (length <= 14 * DAY_MS) return { interval: 'hour', hoursEach: 6 };
  if (length <= 100 * DAY_MS) return { interval: 'day' };
  return { interval: length <= 700 * DAY_MS ? 'week' : 'month' };
}

/** The bins of a report by cause. Bars of several hours begin at whole multiples of them, in UTC. */
export function binsOfReport(
  { pieces = [] }: RestartReport,
  { hoursEach = 1 }: Binning,
  counted: CountedFilter,
): readonly Bin[] {
  const bins = new Map<number, Bin>();
  for (const piece of pieces) {
    const [fromMs, toMs] = [Date.parse(piece.from), Date.parse(piece.to)];
    const slot = hoursEach === 1 ? fromMs : Math.floor(fromMs / (hoursEach * HOUR_MS));
    const before = bins.get(slot);
    const counts = new Map(before?.counts);
    for (const { key, ...figures } of piece.groups) {
      const count =
        counted === undefined ? figures.restarts : counted === 'true' ? figures.counted : figures.uncounted;
      const cause = key.cause ?? 'unknown';
      if (count > 0) counts.set(cause, (counts.get(cause) ?? 0) + count);
    }
    bins.set(slot, { fromMs: before?.fromMs ?? fromMs, toMs, counts });
  }
  return [...bins.values()];
}

/** The restarts of a short span, counted by cause into bins of round lengths. */
export function binsOfRestarts(restarts: readonly RestartRecord[], { fromMs, toMs }: Span): readonly Bin[] {
  const stepMs = FINE_STEPS_MS.find((step) => (toMs - fromMs) / step <= FINE_BINS) ?? HOUR_MS;
  const first = Math.floor(fromMs / stepMs);
  const bins = Array.from({ length: Math.ceil(toMs / stepMs) - first }, (_, index) => ({
    fromMs: Math.max(fromMs, (first + index) * stepMs),
    toMs: Math.min(toMs, (first + index + 1) * stepMs),
    counts: new Map<string, number>(),
  }));
  for (const { at, cause } of restarts) {
    const counts = bins[Math.floor(Date.parse(at) / stepMs) - first]?.counts;
    counts?.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return bins;
}
