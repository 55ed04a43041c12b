import { expect, test } from 'vitest';
import { startAgent } from '../../../agent/agent.ts';
import { type Clock, systemClock } from '../../../agent/clock.ts';
import { readAgentSettings } from '../../../agent/settings.ts';
import { aWorld } from '../../support/killable-agent.ts';

const HOUR_MS = 3_600_000;

test.each([
  ['ahead', HOUR_MS],
  ['back', -HOUR_MS],
])('a clock that is set %s by an hour: nothing is lost, and the next agent goes on', async (_way, jumpMs) => {
  const { kubernetes, server, spool, cluster, stated, complete, stored } = await aWorld();
  let offsetMs = 0;
  const clock: Clock = {
    now: () => systemClock.now() + offsetMs,
    sleep: (durationMs, signal) => systemClock.sleep(durationMs, signal),
  };
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const reading = readAgentSettings(
    [
      '--cluster=lab',
      `--api=${server.url.href}`,
      `--kubeconfig=${kubernetes.files.kubeconfig}`,
      '--docker=off',
      `--spool-dir=${spool}`,
    ],
    {},
  );
  if (reading.kind !== 'settings') throw new Error('the settings are good');
  const { settings } = reading;
  const started = async (instance: string) => {
    const stop = new AbortController();
    const log = { info: line, warn: line, error: line };
    const parts = { clock, random: Math.random, log, environment: {}, instance, version: '0.1.0' };
    const agent = await startAgent(settings, parts, stop.signal);
    return async () => {
      stop.abort();
      await agent.finished;
    };
  };

  const stopFirst = await started('first');
  await stated('recording-began', 'event');
  cluster.create('web');
  await complete(cluster);
  offsetMs = jumpMs;
  for (let restart = 0; restart < 20; restart += 1) cluster.restart('web');
  await complete(cluster);
  await stopFirst();
  cluster.restart('web');
  const stopSecond = await started('second');
  await stated('recording-began', 'event', 2);
  await complete(cluster);
  await stopSecond();

  expect(new Set(Array.from(stored().keys()).filter((id) => !id.startsWith('agent/')))).toEqual(
    cluster.expected,
  );
  expect(kubernetes.requests.filter(({ verb }) => verb === 'list')).toHaveLength(2);
  expect(told.filter((message) => /fault|cannot/.test(message))).toEqual([]);
});
