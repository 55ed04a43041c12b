import packageJson from '../package.json' with { type: 'json' };
import { systemClock } from './clock.ts';
import { logFailure, settingsOrExitCode, stopSignal } from './program.ts';
import { replay } from './recording/replay-run.ts';
import { readReplaySettings, type ReplaySettings, replayUsage } from './replay-settings.ts';
import { createTextLog } from './text-log.ts';

const read = settingsOrExitCode(
  readReplaySettings(process.argv.slice(2), process.env),
  replayUsage,
  process.stdout,
  process.stderr,
);
process.exitCode = 'settings' in read ? await run(read.settings) : read.exitCode;

async function run(settings: ReplaySettings): Promise<number> {
  const log = createTextLog(process.stderr);
  try {
    const parts = { clock: systemClock, random: Math.random, log, version: packageJson.version };
    const events = await replay(settings, parts, stopSignal(process));
    log.info({ events }, `replayed ${settings.recording} as cluster "${settings.cluster}": ${events} events`);
    return 0;
  } catch (error) {
    logFailure(log, error);
    return 1;
  }
}
