import type { Observe, Source } from './observation.ts';

/**
 * Runs the sources until `signal` is aborted and each has said its last word. If one fails, which none does for
 * anything but a fault of ours, the others are stopped too.
 *
 * @throws what the first failed source threw
 */
export async function runSources(
  sources: readonly Source[],
  observe: Observe,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const runs = sources.map(async (source) => {
    try {
      await source.run(observe, either);
    } catch (error) {
      failure.abort(error);
    }
  });
  await Promise.all(runs);
  failure.signal.throwIfAborted();
}
