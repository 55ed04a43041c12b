import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';

/** The cluster as which the bundled recording is shown. */
export const EXAMPLE_CLUSTER = 'example';

const REPLAY = fileURLToPath(new URL('../../agent/replay.ts', import.meta.url));
const RECORDING = fileURLToPath(new URL('../../examples/seed/recording.ndjson', import.meta.url));

/**
 * Sends the bundled recording to the API, as any recording is sent. It is only there to be looked at: a fault is said
 * and podlapse goes on without it. Resolves when it is done, after `timeoutMs` at the latest.
 */
export async function loadExample(api: string, log: Log, timeoutMs: number): Promise<void> {
  const args = [
    REPLAY,
    '--recording',
    RECORDING,
    '--cluster',
    EXAMPLE_CLUSTER,
    '--api',
    api,
    '--speed',
    'max',
  ];
  const replay = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs });
  let said = '';
  replay.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const failure = await new Promise<string | undefined>((resolve) => {
    replay.once('error', (error) => resolve(error.message));
    replay.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${signal ?? `exit code ${code}`}: ${said.trim()}`),
    );
  });
  if (failure !== undefined) log.warn(`the example could not be loaded (${failure})`);
}
