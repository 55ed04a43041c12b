import { type ContainerdWatchParts, openContainerdWatch } from './containerd-watch.ts';
import { openCriWatch } from './cri-watch.ts';
import type { RuntimeWatch } from './saying.ts';
import { isUnimplemented } from './unavailable.ts';

/** Watches by containerd's own events, which tell most; by CRI's where the runtime is another. */
export async function openRuntimeWatch(
  parts: ContainerdWatchParts,
  signal: AbortSignal,
): Promise<RuntimeWatch> {
  try {
    return await openContainerdWatch(parts, signal);
  } catch (error) {
    if (!isUnimplemented(error)) throw error;
  }
  return openCriWatch(parts, signal);
}
