import { type BackoffBounds, backoffMs } from '../backoff.ts';

/** How long to wait between attempts that fail. */
export interface RetryBounds extends BackoffBounds {
  /** After this long without a failure the next one counts as the first. */
  readonly resetAfterMs: number;
}

/**
 * For a server that is out of reach or overloaded. 0.8 s doubling reaches the ceiling of 30 s at the seventh failure;
 * there one attempt comes every 15 s on average: 0.067 requests a second, 93 % fewer than one a second, and a
 * thousand agents cost the returning server 67 requests a second. (client-go's reflector has the same base, ceiling
 * and reset.)
 */
export const UNREACHABLE_BOUNDS: RetryBounds = { baseMs: 800, maxMs: 30_000, resetAfterMs: 120_000 };

/** For a refusal that only a person or a token rotation ends (401, 403): 5 s doubling to a minute. */
export const REFUSED_BOUNDS: RetryBounds = { baseMs: 5_000, maxMs: 60_000, resetAfterMs: 120_000 };

/** Counts the failures in a row, and forgets them after a good stretch. */
export class FailureCount {
  readonly #bounds: RetryBounds;
  readonly #random: () => number;
  #failures = 0;
  #waitedUntilMs = Number.NEGATIVE_INFINITY;

  /** @param random gives a number in [0, 1) */
  constructor(bounds: RetryBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
  }

  /** Notes a failure at `nowMs` and gives the wait before the next attempt, in milliseconds. */
  next(nowMs: number): number {
    // The wait after a failure is no good stretch.
    if (nowMs - this.#waitedUntilMs > this.#bounds.resetAfterMs) this.#failures = 0;
    const delayMs = backoffMs(this.#failures, this.#bounds, this.#random);
    this.#failures += 1;
    this.#waitedUntilMs = nowMs + delayMs;
    return delayMs;
  }
}
