// The terminal program as a process, as its user runs it: with a home of its own and nothing of this process's settings.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Cli {
  readonly home: string;
  /** Runs it to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Told>;
  /** Runs it on a terminal of its own (util-linux `script`), where standard output and error are one. */
  runOnTerminal(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    columns?: number,
  ): Promise<Told>;
  /** Starts it and leaves it running. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCli;
  remove(): Promise<void>;
}

export interface RunningCli {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly ended: Promise<Told>;
}

/** @param file another than the source, such as the bundle */
export async function aCli(api: string, file = SOURCE): Promise<Cli> {
  const home = await mkdtemp(join(tmpdir(), 'podlapse-cli-'));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:PODLAPSE_|KUBE|XDG_|VITEST|NO_COLOR|FORCE_COLOR|COLUMNS)/.test(name),
  );
  const environment = (env: Readonly<Record<string, string>>) => ({
    ...Object.fromEntries(inherited),
    HOME: home,
    TERM: 'xterm-256color',
    PODLAPSE_API: api,
    ...env,
  });
  const start = (command: string, args: readonly string[], env: Readonly<Record<string, string>>) => {
    const child = spawn(command, args, {
      env: environment(env),
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.err += text));
    const ended = new Promise<Told>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...written }));
    });
    return { process: child, out: () => written.out, ended };
  };
  return {
    home,
    run: (args, env = {}) => start(process.execPath, [file, ...args], env).ended,
    start: (args, env = {}) => start(process.execPath, [file, ...args], env),
    runOnTerminal: async (args, env = {}, columns = 100) => {
      const quoted = [process.execPath, file, ...args]
        .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
        .join(' ');
      const command = `stty cols ${columns} rows 40; exec ${quoted}`;
      return start('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], env)
        .ended;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
