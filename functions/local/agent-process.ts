import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { Log } from '../log.ts';

/** A program that is kept running. */
export interface KeptProcess {
  /** Asks it to end by ending its standard input, and resolves when it has; after `patienceMs` it is killed. */
  stop(): Promise<void>;
}

export interface KeptProcessParts {
  /** It must end when its standard input does: that is also how it learns that this process was killed. */
  readonly command: readonly [string, ...string[]];
  readonly name: string;
  readonly log: Log;
  readonly patienceMs: number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** One that ran this long was well: the next fault is counted as the first. */
const WELL_AFTER_MS = 60_000;

/**
 * Runs a program and starts it again when it ends, at first after half a second, then after ever longer up to half a
 * minute. What it says, on either stream, is passed on to the log, line by line.
 */
export function keepRunning({
  command: [program, ...args],
  name,
  log,
  patienceMs,
}: KeptProcessParts): KeptProcess {
  const stopping = new AbortController();
  let child: ChildProcessByStdio<Writable, Readable, Readable> | undefined;

  const runOnce = (): Promise<string> =>
    new Promise((resolve) => {
      const started = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      child = started;
      // One that has ended does not take the end of its input: `exit` tells of it.
      started.stdin.on('error', () => {});
      for (const stream of [started.stdout, started.stderr]) {
        createInterface(stream).on('line', (line) => passOn(log, name, line));
      }
      started.once('error', (error) => resolve(error.message));
      started.once('exit', (code, signal) =>
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });

  const run = async (): Promise<void> => {
    let waitMs = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const ended = await runOnce();
      child = undefined;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt > WELL_AFTER_MS) waitMs = FIRST_WAIT_MS;
      log.warn(`the ${name} ended (${ended}); it is started again in ${waitMs} ms`);
      await sleep(waitMs, stopping.signal);
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    }
  };
  const running = run();

  return {
    async stop() {
      stopping.abort();
      child?.stdin.end();
      const kill = setTimeout(() => child?.kill('SIGKILL'), patienceMs);
      await running;
      clearTimeout(kill);
    },
  };
}

/** The agent writes pino's JSON lines; their message is what a person wants to see. */
function passOn(log: Log, name: string, line: string): void {
  const { level, msg, ...fields } = parseLine(line);
  const message = `${name}: ${typeof msg === 'string' ? msg : line}`;
  const { time: _time, pid: _pid, hostname: _hostname, name: _name, ...told } = fields;
  if (typeof level === 'number' && level >= 50) log.error(message, told);
  else if (typeof level === 'number' && level >= 40) log.warn(message, told);
  else log.info(message, told);
}

function parseLine(line: string): Record<string, unknown> {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line);
  } catch {
    // A line that only begins like JSON is passed on as it is.
    return {};
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
