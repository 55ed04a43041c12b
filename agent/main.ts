import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import {
  type DeadLettersSettings,
  deadLetterLines,
  deadLettersUsage,
  readDeadLettersSettings,
} from './dead-letters.ts';
import { logFailure, settingsOrExitCode, stopSignal } from './program.ts';
import { type AgentSettings, agentUsage, readAgentSettings } from './settings.ts';
import { createTextLog } from './text-log.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'dead-letters') {
  const read = settingsOrExitCode(
    readDeadLettersSettings(rest, process.env),
    deadLettersUsage,
    process.stdout,
    process.stderr,
  );
  process.exitCode = 'settings' in read ? await printDeadLetters(read.settings) : read.exitCode;
} else {
  const read = settingsOrExitCode(
    readAgentSettings(process.argv.slice(2), process.env),
    agentUsage,
    process.stdout,
    process.stderr,
  );
  process.exitCode = 'settings' in read ? await run(read.settings) : read.exitCode;
}

async function run(settings: AgentSettings): Promise<number> {
  const log = pino({ name: 'podlapse-agent' }, pino.destination({ dest: 2, sync: true }));
  try {
    const agent = await startAgent(
      settings,
      {
        clock: systemClock,
        random: Math.random,
        log,
        environment: process.env,
        instance: randomUUID(),
        version: packageJson.version,
      },
      stopSignal(process, settings.stopWith),
    );
    await agent.finished;
    return 0;
  } catch (error) {
    logFailure(log, error);
    return 1;
  }
}

async function printDeadLetters(settings: DeadLettersSettings): Promise<number> {
  try {
    await pipeline(Readable.from(deadLetterLines(settings)), process.stdout, { end: false });
    return 0;
  } catch (error) {
    logFailure(createTextLog(process.stderr), error);
    return 1;
  }
}
