/** A stretch of time, in milliseconds since the epoch: from `fromMs` up to but not with `toMs`. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The clocks of one time zone. */
export interface Zone {
  readonly name: string;
  /** How far its clocks are ahead of UTC at a moment. */
  offsetMs(atMs: number): number;
}

/**
 * A time zone by its name in the IANA database.
 *
 * Temporal would tell all of this; Node 24 does not have it. `Intl` tells what the clocks show at a moment, and all
 * else follows from that.
 *
 * @throws RangeError if there is none of that name
 */
export function zoneNamed(name: string): Zone {
  if (name === 'UTC') return { name, offsetMs: () => 0 };
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  // Clocks are set at whole quarters of an hour, everywhere since 1972.
  const known = new Map<number, number>();
  return {
    name,
    offsetMs(atMs) {
      const quarter = Math.floor(atMs / (15 * MINUTE_MS));
      const before = known.get(quarter);
      if (before !== undefined) return before;
      const offset = clockMs(format, quarter * 15 * MINUTE_MS) - quarter * 15 * MINUTE_MS;
      known.set(quarter, offset);
      return offset;
    },
  };
}

/** What the clocks show, read as if it were UTC. */
function clockMs(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * Cuts a span at the beginnings of hours, days, weeks (from Monday, as ISO 8601 has them) or months by the clocks of a
 * zone. The first and the last piece may be shorter than the others.
 */
export function cutSpan({ fromMs, toMs }: Span, interval: Interval, zone: Zone): readonly Span[] {
  const pieces: Span[] = [];
  let atMs = fromMs;
  while (atMs < toMs) {
    const nextMs = Math.min(toMs, nextBeginning(atMs, interval, zone));
    pieces.push({ fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
  }
  return pieces;
}

/** The first beginning of an hour, day, week or month after a moment. */
export function nextBeginning(atMs: number, interval: Interval, zone: Zone): number {
  if (interval === 'hour') {
    const shownMs = atMs + zone.offsetMs(atMs);
    return atMs + HOUR_MS - modulo(shownMs, HOUR_MS);
  }
  const shown = new Date(atMs + zone.offsetMs(atMs));
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate()];
  if (interval === 'month') return beginningOfDay(Date.UTC(year, month + 1, 1), zone);
  const days = interval === 'day' ? 1 : 7 - ((shown.getUTCDay() + 6) % 7);
  return beginningOfDay(Date.UTC(year, month, day + days), zone);
}

/** The last beginning of a day that is not after a moment. */
export function beginningBefore(atMs: number, zone: Zone): number {
  const shownMs = atMs + zone.offsetMs(atMs);
  return beginningOfDay(shownMs - modulo(shownMs, DAY_MS), zone);
}

/** @param dateMs the date's midnight, read as if it were UTC */
function beginningOfDay(dateMs: number, zone: Zone): number {
  let atMs = dateMs - zone.offsetMs(dateMs - zone.offsetMs(dateMs));
  // Where the clocks are put forward at midnight, the day begins later than at 0:00; where back, at the first 0:00.
  while (atMs + zone.offsetMs(atMs) < dateMs) atMs += 15 * MINUTE_MS;
  while (atMs - 15 * MINUTE_MS + zone.offsetMs(atMs - 15 * MINUTE_MS) >= dateMs) atMs -= 15 * MINUTE_MS;
  return atMs;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
