// The agent's programs as processes: they log to stderr, and end by themselves or by a signal.
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { startProgram } from './program.ts';
import { until } from './until.ts';

/** Starts one of the agent's programs; if it still runs at the end of the test, it is ended. */
export function startAgentProgram(
  file: 'agent/main.ts' | 'agent/record.ts' | 'agent/replay.ts',
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const program = startProgram(file, args, environment);
  const closed = once(program.process, 'close');
  onTestFinished(async () => {
    program.process.kill('SIGKILL');
    await closed;
  });
  return {
    get out() {
      return program.stdout;
    },
    get err() {
      return program.stderr;
    },
    /** What the log said: the lines of stderr that are JSON. */
    get messages(): readonly unknown[] {
      return program.stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => (JSON.parse(line) as { readonly msg: unknown }).msg);
    },
    /** Waits until stderr says so. */
    async says(pattern: RegExp): Promise<void> {
      await until(`${file} says ${String(pattern)}`, () => pattern.test(program.stderr), 20_000);
    },
    signal: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => program.process.kill(signal),
    /** Waits for its end, and all that it wrote; gives its exit code, or the signal that ended it. */
    async ended(): Promise<number | string | null> {
      await closed;
      return program.process.exitCode ?? program.process.signalCode;
    },
  };
}
