import type { Timestamp } from './contract/primitives.ts';

/**
 * Orders two timestamps of any precision. Times are UTC and end in `Z`; without it, a longer fraction of the same
 * second sorts after its prefix, so that plain text comparison is exact down to the nanosecond.
 */
export function compareTimes(a: Timestamp, b: Timestamp): number {
  if (a === b) return 0;
  // The same precision needs no cutting: this is the innermost comparison of every sort.
  if (a.length === b.length) return a < b ? -1 : 1;
  return a.slice(0, -1) < b.slice(0, -1) ? -1 : 1;
}

/** Whole milliseconds from `from` to `to`; negative when `to` is earlier. */
export function millisBetween(from: Timestamp, to: Timestamp): number {
  return Date.parse(to) - Date.parse(from);
}

/** The earlier of two times, either of which may be missing. */
export function earliest<T extends Timestamp>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareTimes(a, b) <= 0 ? a : b;
}

/** The later of two times, either of which may be missing. */
export function latest<T extends Timestamp>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareTimes(a, b) >= 0 ? a : b;
}

/** The time `ms` later (earlier, if negative), in milliseconds. */
export function shift(time: Timestamp, ms: number): Timestamp {
  return new Date(Date.parse(time) + ms).toISOString();
}

/**
 * The last moment that a time can mean: Kubernetes writes whole seconds and cuts the rest off, so `…:05Z` is any
 * moment before `…:06Z`.
 */
export function latestMeant(time: Timestamp): Timestamp {
  return time.includes('.') ? time : `${time.slice(0, -1)}.999999999Z`;
}

/** The time without its fraction: what Kubernetes would have written. */
export function wholeSecond(time: Timestamp): Timestamp {
  const dot = time.indexOf('.');
  return dot < 0 ? time : `${time.slice(0, dot)}Z`;
}

/** A length of time for people: `450 ms`, `4 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const units: readonly [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ];
  const largest = units.findIndex(([, length]) => ms >= length);
  const [unit, length] = units[largest] ?? ['s', 1000];
  const whole = Math.floor(ms / length);
  const next = units[largest + 1];
  const rest = next === undefined ? 0 : Math.floor((ms - whole * length) / next[1]);
  return next === undefined || rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next[0]}`;
}
