import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { logFailure, settingsOrExitCode, stopSignal } from './program.ts';
import { type AgentSettings, agentUsage, readAgentSettings } from './settings.ts';

const read = settingsOrExitCode(
  readAgentSettings(process.argv.slice(2), process.env),
  agentUsage,
  process.stdout,
  process.stderr,
);
process.exitCode = 'settings' in read ? await run(read.settings) : read.exitCode;

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
      stopSignal(process),
    );
    await agent.finished;
    return 0;
  } catch (error) {
    logFailure(log, error);
    return 1;
  }
}
