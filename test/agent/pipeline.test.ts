import { describe, expect, onTestFinished, test } from 'vitest';
import { createPipeline } from '../../agent/pipeline.ts';
import { MemorySpool } from '../../agent/spool/memory-spool.ts';
import { createTell } from '../../agent/telemetry/tell.ts';
import { IngestServer } from '../support/ingest-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';

const AT = '2026-01-31T08:00:00.000Z';

async function aPipeline(spoolMaxBytes: number) {
  const server = await IngestServer.start();
  onTestFinished(() => server.close());
  const clock = new ManualClock();
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const log = { info: line, warn: line, error: line };
  const pipeline = await createPipeline({
    agent: { instance: 'agent-1', role: 'all', version: '0.1.0' },
    send: { cluster: 'lab', api: server.url, tokenFile: undefined, spoolMaxBytes },
    spool: (reports) => new MemorySpool({ maxBytes: spoolMaxBytes, whenFull: 'drop-oldest', clock, reports }),
    watched: ['docker'],
    clock,
    random: () => 0.5,
    log,
    tell: createTell(log),
  });
  const die = (number: number) =>
    pipeline.observe({
      at: AT,
      source: 'docker',
      raw: { Action: 'die', Actor: { ID: `c${number}`, Attributes: {} }, timeNano: String(number) },
    });
  return { server, clock, told, pipeline, die };
}

describe('the way from a source to the API', () => {
  test('is trim, spool and delivery', async () => {
    const { server, clock, pipeline, die } = await aPipeline(1_000_000);
    await die(1);
    await until('the batch waits for company', () => clock.sleeping[0] === 200);
    clock.advance(200);

    expect(await pipeline.drain(new AbortController().signal)).toBe(0);
    expect(server.events).toMatchObject([{ id: 'docker/c1/die/1', source: 'docker' }]);
    expect(server.requests[0]?.headers['user-agent']).toBe('podlapse-agent/0.1.0');
  });

  test('states what had to be dropped, once there is room again', async () => {
    const { server, clock, told, pipeline, die } = await aPipeline(3_000);
    await server.close();
    for (let number = 0; number < 100; number += 1) await die(number);
    await until('it has found the API away', async () => {
      clock.advance(50);
      return told.length === 2;
    });
    await server.open();
    await until('the statement has arrived', () => {
      clock.advance(1_000);
      return server.events.some(({ source }) => source === 'agent');
    });
    await pipeline.drain(AbortSignal.abort());

    const kept = server.events.filter(({ source }) => source === 'docker').length;
    expect(server.events.at(-1)).toMatchObject({
      type: 'events-dropped',
      watched: 'docker',
      reason: 'spool-full',
      dropped: 100 - kept,
    });
    expect(told).toEqual([
      expect.stringMatching(/the oldest are dropped from now on/),
      expect.stringMatching(/cannot be used/),
      expect.stringMatching(/takes events again/),
      expect.stringMatching(/events were dropped for want of room/),
    ]);
  });

  test('gives up what is left when it may wait no longer, and tells how much', async () => {
    const { server, pipeline, die } = await aPipeline(1_000_000);
    await server.close();
    await die(1);
    await die(2);

    expect(await pipeline.drain(AbortSignal.abort())).toBe(2);
    await server.open();
  });
});
