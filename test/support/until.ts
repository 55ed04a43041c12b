import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `condition` gives something other than false or undefined, and gives that.
 * @throws Error naming `what` after `withinMs`
 */
export async function until<T>(
  what: string,
  condition: () => T | false | undefined | Promise<T | false | undefined>,
  withinMs = 10_000,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const result = await condition();
    if (result !== false && result !== undefined) return result;
    if (performance.now() > deadlineMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await delay(2);
  }
}
