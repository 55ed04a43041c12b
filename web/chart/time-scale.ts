import type { Span } from '../../timeline/reports/calendar.ts';
import { timeTicks } from './time-ticks.ts';

/** Where a moment lies on a chart, and which moments its axis names. Times are UTC. */
export interface TimeScale {
  readonly span: Span;
  /** In pixels. */
  readonly left: number;
  readonly right: number;
  /** The place of a moment, in milliseconds since the epoch; of one outside the span, the edge that is nearer. */
  x(atMs: number): number;
  /** The moment at a place. */
  at(x: number): number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly x: number;
  readonly text: string;
  /** True where a day (or something longer) begins. */
  readonly strong: boolean;
}

/** A label and the room around it, in pixels. */
const TICK_ROOM = 62;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** @param span of at least a millisecond */
export function createTimeScale(span: Span, left: number, right: number): TimeScale {
  const { fromMs, toMs } = span;
  const perMs = (right - left) / (toMs - fromMs);
  const x = (atMs: number) => left + (Math.min(toMs, Math.max(fromMs, atMs)) - fromMs) * perMs;
  return {
    span,
    left,
    right,
    x,
    at: (place) => fromMs + (Math.min(right, Math.max(left, place)) - left) / perMs,
    ticks: timeTicks(span, Math.max(2, Math.floor((right - left) / TICK_ROOM))).map((atMs) => ({
      x: x(atMs),
      ...sayTick(new Date(atMs)),
    })),
  };
}

/** `08:15`, `08:15:30` or `.250` within a day, `24 Nov` where one begins, `2027` where a year does. */
export function sayTick(time: Date): { readonly text: string; readonly strong: boolean } {
  const text = time.toISOString();
  const month = MONTHS[time.getUTCMonth()] ?? '';
  if (!text.endsWith('T00:00:00.000Z')) {
    const millis = text.slice(19, 23);
    const clock = text.slice(11, text.slice(17, 19) === '00' && millis === '.000' ? 16 : 19);
    return { text: millis === '.000' ? clock : millis, strong: false };
  }
  if (time.getUTCDate() > 1) return { text: `${time.getUTCDate()} ${month}`, strong: true };
  return { text: time.getUTCMonth() === 0 ? text.slice(0, 4) : `1 ${month}`, strong: true };
}
