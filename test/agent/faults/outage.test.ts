import { expect, onTestFinished, test } from 'vitest';
import { createPipeline } from '../../../agent/pipeline.ts';
import { DiskSpool } from '../../../agent/spool/disk-spool.ts';
import { createTell } from '../../../agent/telemetry/tell.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { IngestServer } from '../../support/ingest-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

test('an API that is away for an hour is asked seldom, and gets everything in order when it is back', async () => {
  const server = await IngestServer.start();
  onTestFinished(() => server.close());
  const clock = new ManualClock();
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const log = { info: line, warn: line, error: line };
  let attempts = 0;
  const pipeline = await createPipeline({
    agent: { instance: 'agent-1', role: 'all' },
    send: { cluster: 'lab', api: server.url, tokenFile: undefined, spoolMaxBytes: 0 },
    spool: (reports) =>
      DiskSpool.open({
        disk: new CrashingDisk(),
        maxBytes: 64 * 1024 * 1024,
        maxMemoryBytes: 1024 * 1024,
        clock,
        reports,
        putAside: () => Promise.resolve(),
      }),
    watched: ['docker'],
    clock,
    random: () => {
      attempts += 1;
      return 0.5;
    },
    log,
    tell: createTell(log),
  });
  const die = (number: number) =>
    pipeline.observe({
      at: new Date(clock.now()).toISOString(),
      source: 'docker',
      raw: { Action: 'die', Actor: { ID: `c${number}`, Attributes: {} }, timeNano: String(number) },
    });
  await server.close();
  for (let second = 0; second < 3_600; second += 1) {
    await die(second);
    clock.advance(1_000);
    // Let the request that is due fail before time goes on.
    if (second % 15 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await server.open();
  await until('all has arrived', () => {
    clock.advance(1_000);
    return server.events.length === 3_600;
  });
  await pipeline.drain(AbortSignal.abort());

  expect(server.events.map(({ id }) => id)).toEqual(
    Array.from({ length: 3_600 }, (_, second) => `docker/c${second}/die/${second}`),
  );
  // Every 15 s on average once it is at its slowest.
  expect(attempts).toBeLessThan(3_600 / 15 + 20);
  expect(told.filter((message) => /cannot be used/.test(message))).toHaveLength(1);
});
