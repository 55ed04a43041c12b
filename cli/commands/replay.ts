import { spawn } from 'node:child_process';
import { UsageError, type Values } from '../command-line/spec.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import type { COMMANDS } from './specs.ts';

/** `podlapse replay RECORDING`: the agent's own player, as a process, with what it needs of the settings. */
export async function replay(
  { around, settings }: CommandContext,
  { cluster, speed = 'max' }: Values<typeof COMMANDS.replay.options>,
  [recording = '']: readonly string[],
): Promise<number> {
  if (cluster === undefined) throw new UsageError('replay: say --cluster NAME, the cluster to replay it as.');
  const [command, file] = around.player;
  const tokenFile = tokenFileOf(settings.tokenFrom);
  const args = [
    file,
    `--recording=${recording}`,
    `--cluster=${cluster}`,
    `--api=${settings.api.href}`,
    `--speed=${speed}`,
    ...(tokenFile === undefined ? [] : [`--token-file=${tokenFile}`]),
    ...(settings.caFile === undefined ? [] : [`--api-ca-file=${settings.caFile}`]),
  ];
  const player = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  around.interruption().addEventListener('abort', () => player.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    player.once('error', reject);
    player.once('exit', (code) => resolve(code ?? EXIT.interrupted));
  });
}

/** @throws UsageError where the token is in no file */
function tokenFileOf(tokenFrom: string | undefined): string | undefined {
  if (tokenFrom !== 'PODLAPSE_TOKEN') return tokenFrom;
  throw new UsageError(
    'replay reads the token for every request anew: give it in a file, with --token-file PATH.',
  );
}
