import type { Clock } from '../clock.ts';
import type { ChangeSignal } from '../change-signal.ts';

/** Waits until there is an event, then for up to `maxAgeMs` until no more fit; or until `signal` is aborted. */
export async function waitForBatch(
  maxAgeMs: number,
  hasAny: () => boolean,
  isFull: () => boolean,
  changed: ChangeSignal,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  await changed.until(hasAny, signal);
  if (signal.aborted || maxAgeMs <= 0 || isFull()) return;
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  await Promise.race([changed.until(isFull, either), clock.sleep(maxAgeMs, either)]);
  enough.abort();
}
