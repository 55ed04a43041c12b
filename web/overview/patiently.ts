import { ApiProblem } from '../app/api/problem.ts';

/** So often a report is asked for again that first has to be counted: each time the API gets further. */
const MOST_TRIES = 30;

/**
 * Asks again as long as the API says that what is asked for has still to be counted.
 *
 * @param wait resolves after so many milliseconds
 * @throws what `ask` throws otherwise
 */
export async function patiently<T>(ask: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isCounting = error instanceof ApiProblem && error.code === 'report-not-ready';
      if (!isCounting || tries === MOST_TRIES) throw error;
      await wait(error.retryAfterMs ?? 1000);
    }
  }
}

/** Waits in the browser; rejects with the signal's reason once it is aborted. */
export function waitUnless(signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('given up'));
      });
    });
}
