/** Time as a parameter, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `durationMs`, or at once when `signal` is aborted; it never rejects. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

/** Time that only goes forward, at an even pace, from no moment in particular: for how long something lasts. */
export const steadyClock: Clock = {
  now: () => performance.now(),
  sleep: (durationMs, signal) => systemClock.sleep(durationMs, signal),
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, durationMs);
      signal.addEventListener('abort', done);
    }),
};
