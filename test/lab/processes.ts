/** Starts, recognises and ends processes that outlive the one who started them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';
import { plainEnvironment } from './settings.ts';
import type { Launch, ProcessIdentity } from './state.ts';

/** Starts a program in a session of its own, its output appended to its log. */
export async function launch(program: Launch): Promise<ProcessIdentity> {
  const log = await open(program.log, 'a');
  try {
    const child = spawn(program.command, program.args, {
      cwd: '/',
      detached: true,
      env: plainEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
    });
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
    child.unref();
    const identity = await identify(child.pid ?? 0);
    if (identity === null) throw new LabError(`${program.command} ended at once: see ${program.log}`);
    return identity;
  } finally {
    await log.close();
  }
}

/** Names the process that has this pid now, or `null` when there is none (a zombie is none). */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, startTicks: fields[19] ?? '', bootId: bootId.trim() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** Whether that very process still runs, not merely one with its pid. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== null && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** Ends a process and waits for it; after `patienceMs` it is killed. Does nothing if it is gone. */
export async function end(
  identity: ProcessIdentity,
  { signal = 'SIGTERM', patienceMs = 20_000 }: { signal?: NodeJS.Signals; patienceMs?: number } = {},
): Promise<void> {
  if (!(await isRunning(identity))) return;
  kill(identity.pid, signal);
  if (await gone(identity, patienceMs)) return;
  kill(identity.pid, 'SIGKILL');
  if (!(await gone(identity, 5_000))) throw new LabError(`process ${identity.pid} does not end`);
}

async function gone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
