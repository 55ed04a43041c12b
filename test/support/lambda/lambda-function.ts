// A function as Lambda runs it: the runtime interface client in a process of its own, with the environment, the memory
// bounds and the time-out of the service.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Outcome, startRuntimeApi } from './runtime-api.ts';

export interface LambdaOptions {
  /** The entry point of the runtime interface client. */
  readonly client: string;
  /** The folder with `index.mjs`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb?: number;
  readonly timeoutMs?: number;
}

export interface LambdaFunction {
  /** Invokes it; in a new execution environment if there is none, or the last one has come to its end. */
  invoke(event: unknown): Promise<Outcome>;
  /** How many execution environments there have been: cold starts. */
  readonly starts: () => number;
  /** All that it wrote so far. */
  readonly log: () => string;
  /** The most memory that the present execution environment has had resident. */
  peakMemoryKb(): Promise<number>;
  close(): Promise<void>;
}

export async function startLambda(options: LambdaOptions): Promise<LambdaFunction> {
  const { client, folder, environment, memoryMb = 1024, timeoutMs = 29_000 } = options;
  const name = 'podlapse-api';
  const api = await startRuntimeApi(`arn:aws:lambda:eu-west-1:123456789012:function:${name}`);
  let environmentProcess: ChildProcess | undefined;
  let starts = 0;
  let log = '';

  const start = (): ChildProcess => {
    starts += 1;
    const child = spawn(process.execPath, [...nodeArguments(memoryMb), client, 'index.handler'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        TZ: ':UTC',
        AWS_LAMBDA_RUNTIME_API: api.address,
        _HANDLER: 'index.handler',
        LAMBDA_TASK_ROOT: folder,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/03/01/[$LATEST]00000000000000000000000000000000',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (log += text));
    child.once('exit', (code, signal) => {
      if (environmentProcess === child) environmentProcess = undefined;
      api.abandon({
        kind: 'error',
        errorType: 'Runtime.ExitError',
        errorMessage: `Runtime exited with ${signal ?? `exit status ${code}`}`,
      });
    });
    return child;
  };
  const kill = async (): Promise<void> => {
    const child = environmentProcess;
    environmentProcess = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };

  return {
    async invoke(event) {
      environmentProcess ??= start();
      const answered = api.invoke(event, Date.now() + timeoutMs);
      const late = setTimeout(() => {
        api.abandon({
          kind: 'error',
          errorType: 'Sandbox.Timedout',
          errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
        });
      }, timeoutMs);
      const outcome = await answered;
      clearTimeout(late);
      if (outcome.kind === 'error' && outcome.errorType === 'Sandbox.Timedout') await kill();
      return outcome;
    },
    starts: () => starts,
    log: () => log,
    async peakMemoryKb() {
      const status = await readFile(`/proc/${environmentProcess?.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    },
    async close() {
      await kill();
      await api.close();
    },
  };
}

/** How Lambda's own start script bounds the heap: nine tenths of the memory, a twentieth for what is young. */
export function nodeArguments(memoryMb: number): readonly string[] {
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.max(1, Math.floor((memoryMb * 5) / 200))}`,
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  ];
}
