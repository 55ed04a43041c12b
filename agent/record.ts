import { pino } from 'pino';
import { systemClock } from './clock.ts';
import { logFailure, settingsOrExitCode, stopSignal } from './program.ts';
import { createRecordingWriter } from './recording/recording-writer.ts';
import { runSources } from './run-sources.ts';
import { readRecordSettings, type RecordSettings, recordUsage } from './settings.ts';
import { assembleSources } from './sources/assemble.ts';
import { createTell } from './telemetry/tell.ts';

const read = settingsOrExitCode(
  readRecordSettings(process.argv.slice(2), process.env),
  recordUsage,
  process.stdout,
  process.stderr,
);
process.exitCode = 'settings' in read ? await run(read.settings) : read.exitCode;

async function run(settings: RecordSettings): Promise<number> {
  const log = pino({ name: 'podlapse-record' }, pino.destination({ dest: 2, sync: true }));
  const signal = stopSignal(process);
  try {
    const tell = createTell(log);
    const parts = { clock: systemClock, random: Math.random, log, tell, environment: process.env };
    const { sources, close } = await assembleSources(settings, parts);
    const writer = await createRecordingWriter(settings.out);
    log.info({ out: settings.out, sources: sources.map(({ name }) => name) }, 'recording');
    try {
      await runSources(sources, writer.observe, signal);
    } finally {
      close();
      await writer.close();
    }
    log.info({ out: settings.out }, 'the recording is complete');
    return 0;
  } catch (error) {
    logFailure(log, error);
    return 1;
  }
}
