/** The stretch of time that a drawing shows, in milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Closer than this nothing more is to be seen: the runtimes' events lie milliseconds apart. */
const MIN_LENGTH_MS = 20;

export function lengthOf({ fromMs, toMs }: TimeWindow): number {
  return toMs - fromMs;
}

/** Makes the window `factor` times as long, around a moment that stays where it is; never longer than `limit`. */
export function zoom(window: TimeWindow, factor: number, aroundMs: number, limit: TimeWindow): TimeWindow {
  const length = Math.min(lengthOf(limit), Math.max(MIN_LENGTH_MS, lengthOf(window) * factor));
  const share = (aroundMs - window.fromMs) / lengthOf(window);
  const fromMs = aroundMs - share * length;
  return within({ fromMs, toMs: fromMs + length }, limit);
}

/** Moves the window later, or earlier if `byMs` is negative, but not out of `limit`. */
export function pan(window: TimeWindow, byMs: number, limit: TimeWindow): TimeWindow {
  return within({ fromMs: window.fromMs + byMs, toMs: window.toMs + byMs }, limit);
}

/** A window around a stretch, with some room at both ends. */
export function around({ fromMs, toMs }: TimeWindow, limit: TimeWindow): TimeWindow {
  const room = Math.max(MIN_LENGTH_MS, (toMs - fromMs) * 0.15);
  return within({ fromMs: fromMs - room, toMs: toMs + room }, limit);
}

function within(window: TimeWindow, limit: TimeWindow): TimeWindow {
  const length = Math.min(lengthOf(window), lengthOf(limit));
  const fromMs = Math.min(Math.max(window.fromMs, limit.fromMs), limit.toMs - length);
  return { fromMs, toMs: fromMs + length };
}

/** The window that the URL names (`from`, `to`); undefined if it names none. */
export function readWindow(params: URLSearchParams): TimeWindow | undefined {
  const fromMs = Date.parse(params.get('from') ?? '');
  const toMs = Date.parse(params.get('to') ?? '');
  return toMs - fromMs >= MIN_LENGTH_MS ? { fromMs, toMs } : undefined;
}

/** What names the window in the URL; undefined, the whole life, is named by nothing. */
export function windowParams(window: TimeWindow | undefined): {
  from: string | undefined;
  to: string | undefined;
} {
  return {
    from: window && new Date(Math.round(window.fromMs)).toISOString(),
    to: window && new Date(Math.round(window.toMs)).toISOString(),
  };
}
