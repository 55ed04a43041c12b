import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from './failure.ts';
import { run } from './run.ts';
import type { Sink } from './terminal/sink.ts';

/**
 * Runs the program in its process; gives the exit code.
 * @param player the program that plays recordings
 */
export function start(ownProcess: NodeJS.Process, homeDir: string, player: URL): Promise<number> {
  const { stdout, argv, env, platform, execPath } = ownProcess;
  // Whoever reads may have read enough, as `head` has.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') ownProcess.exit(EXIT.done);
    throw error;
  });
  const { program, completes } = readName(argv[1] ?? '');
  const given = argv.slice(2);
  return run({
    argv: completes ? ['__complete', ...given] : given,
    program,
    env,
    homeDir,
    out: sinkOf(() => stdout),
    err: sinkOf(() => ownProcess.stderr),
    clock: Date.now,
    interruption: interruptionOf(ownProcess),
    platform,
    player: [execPath, fileURLToPath(player)],
  });
}

/** A signal that is aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
function interruptionOf(ownProcess: NodeJS.Process): () => AbortSignal {
  let stop: AbortController | undefined;
  return () => {
    if (stop === undefined) {
      const controller = new AbortController();
      stop = controller;
      const interrupt = () => {
        if (controller.signal.aborted) ownProcess.exit(EXIT.interrupted);
        controller.abort();
      };
      ownProcess.on('SIGINT', interrupt);
      ownProcess.on('SIGTERM', interrupt);
    }
    return stop.signal;
  };
}

/**
 * What the program is, by the name that it was called by: kubectl runs `kubectl-restarts` for `kubectl restarts`, and
 * asks for completions by the other name (k8s.io/kubectl, `SetupPluginCompletion`).
 */
function readName(path: string): { readonly program: string; readonly completes: boolean } {
  const name = basename(path).replace(/\.[a-z]+$/, '');
  if (name === 'kubectl_complete-restarts') return { program: 'kubectl restarts', completes: true };
  return { program: name === 'kubectl-restarts' ? 'kubectl restarts' : 'podlapse', completes: false };
}

/** A stream of the process; Node leaves the rest out where it is no terminal. */
interface OwnStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** @param stream Node makes it when it is first asked for, and mostly there is nothing to say on standard error */
function sinkOf(stream: () => OwnStream): Sink {
  return {
    write: (text) => {
      stream().write(text);
    },
    get isTerminal() {
      return stream().isTTY ?? false;
    },
    get columns() {
      const { isTTY = false, columns } = stream();
      return isTTY ? columns : undefined;
    },
  };
}
