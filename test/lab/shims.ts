/** containerd's shims: one process for each container, which outlives containerd. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from './processes.ts';
import type { ProcessIdentity } from './state.ts';

/** A shim that was started for the containerd at our socket, and the socket it listens on itself. */
export interface Shim {
  readonly process: ProcessIdentity;
  readonly socket: string;
}

/** The shims that name that containerd in their command line. */
export async function shimsOf(containerd: string): Promise<Shim[]> {
  const found: Shim[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process that has just ended has no command line, and is no shim.
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!words[0]?.includes('containerd-shim') || !words.includes(containerd)) continue;
    const process = await identify(Number(entry));
    const wordAfter = (flag: string) => words[words.indexOf(flag) + 1] ?? '';
    if (process !== null)
      found.push({ process, socket: socketOf(containerd, wordAfter('-namespace'), wordAfter('-id')) });
  }
  return found;
}

/** Removes the socket that a killed shim leaves. */
export async function removeSocket(shim: Shim): Promise<void> {
  await rm(shim.socket, { force: true });
}

/** As containerd's `SocketAddress` (runtime/v2/shim/util_unix.go) names it. */
function socketOf(containerd: string, namespace: string, container: string): string {
  const name = createHash('sha256')
    .update(join(containerd, namespace, container))
    .digest('hex');
  return join('/run/containerd/s', name);
}
