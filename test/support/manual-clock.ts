import type { Clock } from '../../agent/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  constructor(now = '2026-01-31T08:00:00Z') {
    this.#nowMs = Date.parse(now);
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        untilMs: this.#nowMs + durationMs,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake);
    });
  }

  /** How long each sleeper still has to sleep, in milliseconds, shortest first. */
  get sleeping(): readonly number[] {
    return Array.from(this.#sleepers, ({ untilMs }) => untilMs - this.#nowMs).sort((a, b) => a - b);
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    for (const sleeper of Array.from(this.#sleepers)) {
      if (sleeper.untilMs <= this.#nowMs) sleeper.wake();
    }
  }
}
