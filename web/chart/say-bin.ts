import { formatMoment } from '../../timeline/render/plain-text.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import { type Bin, stackBin, totalOf } from './stack.ts';

/** Of a longer stretch nobody cares for the seconds. */
const SECONDS_BELOW_MS = 30 * 60_000;

/** A stretch of time in UTC: a day is named once, and seconds only where they matter. */
export function saySpan({ fromMs, toMs }: Span): string {
  const digits = toMs - fromMs < SECONDS_BELOW_MS ? 19 : 16;
  const [from, to] = [sayMoment(fromMs).slice(0, digits), sayMoment(toMs).slice(0, digits)];
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from} to ${isOneDay ? to.slice(11) : to}`;
}

/** `2026-01-31 08:15`, with seconds only where there are some. */
export function sayMoment(atMs: number): string {
  const text = formatMoment(new Date(atMs).toISOString());
  return text.endsWith(':00') ? text.slice(0, -3) : text;
}

/** What a bar shows, in words: `2026-01-31 08:15 to 08:20: 7 restarts: 4 exited, 3 oom-killed`. */
export function sayBin(bin: Bin, keys: readonly string[]): string {
  const total = totalOf(bin);
  const parts = stackBin(bin, keys).map(({ key, count }) => `${count} ${key}`);
  const detail = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `${saySpan(bin)}: ${total === 1 ? '1 restart' : `${total} restarts`}${detail}`;
}
