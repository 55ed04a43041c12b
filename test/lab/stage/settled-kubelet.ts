import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than what a kubelet said before its start could be lost (`LOST_WORDS_MS` of the reconstruction). */
const DOUBTED_MS = 13_000;

/**
 * Waits until a kubelet that was just started is believed when it is silent: what ends right after a kubelet's start
 * is told as `unknown`, as it may have been that kubelet's, or the one's before it.
 */
export async function settledKubelet(): Promise<void> {
  await sleep(DOUBTED_MS);
}
