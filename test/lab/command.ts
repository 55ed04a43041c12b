/** Runs a program to its end. */
import { spawn } from 'node:child_process';
import { LabError } from './lab-error.ts';
import { plainEnvironment } from './settings.ts';

/** What a finished program left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  readonly input?: string;
  /** Told every line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/** Runs a program and returns its exit code and output; a program that can't be started is exit code 127. */
export function attempt(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? plainEnvironment() });
    let stdout = '';
    let stderr = '';
    let partial = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) options.onErrorLine?.(line);
    });
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
    // A program that ends before it has read its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
  });
}

/** Runs a program, returns its output, and throws a {@link LabError} with its last words when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const finished = await attempt(command, args, options);
  if (finished.code !== 0) {
    const words = (finished.stderr.trim() || finished.stdout.trim()).split('\n').slice(-15).join('\n');
    throw new LabError(`${command} ${args.slice(0, 2).join(' ')} failed with ${finished.code}: ${words}`);
  }
  return finished.stdout;
}
