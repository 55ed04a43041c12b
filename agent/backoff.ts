export interface BackoffBounds {
  /** Upper bound of the first wait. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly maxMs: number;
}

/**
 * How long to wait before try number `attempt` (0 is the first repetition): exponential with full jitter, that is
 * evenly between 0 and min(maxMs, baseMs · 2^attempt), so that agents that failed together do not come back together.
 */
export function backoffMs(attempt: number, bounds: BackoffBounds, random: () => number): number {
  const ceiling = Math.min(bounds.maxMs, bounds.baseMs * 2 ** Math.min(attempt, 30));
  return Math.floor(random() * ceiling);
}
