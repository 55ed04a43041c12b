// A program of ours as a process of its own, as its user runs it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Program {
  readonly process: ChildProcess;
  /** All that it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Waits for text on standard output; gives the match. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Asks it to stop with SIGTERM; gives its exit code. Kills it if it does not. */
  stop(): Promise<number | null>;
}

/** Starts `file` (from the project's root) with nothing of this process's own settings. */
export function startProgram(
  file: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:PODLAPSE_|KUBE|DOCKER_|VITEST)/.test(name),
  );
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    process: child,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    says: (pattern, withinMs = 20_000) =>
      until(
        `${file} says ${String(pattern)}`,
        () => {
          const match = pattern.exec(written.stdout);
          if (match === null && ended())
            throw new Error(`${file} ended:\n${written.stdout}${written.stderr}`);
          return match ?? undefined;
        },
        withinMs,
      ),
    async stop() {
      if (ended()) return child.exitCode;
      child.kill('SIGTERM');
      const exited = once(child, 'exit');
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(late);
      return child.exitCode;
    },
  };
}
