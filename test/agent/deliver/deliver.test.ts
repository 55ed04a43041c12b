import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDelivery, type DeliveryReports, type Trouble } from '../../../agent/deliver/deliver.ts';
import { createPoster } from '../../../agent/deliver/post.ts';
import { MemorySpool } from '../../../agent/spool/memory-spool.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { answer, IngestServer } from '../../support/ingest-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent, containerId } from '../../support/recorded-events.ts';
import { until } from '../../support/until.ts';

const die = (number: number) =>
  aDockerEvent({ action: 'die', occurredAt: '2026-01-31T08:00:00Z', containerId: containerId(`c${number}`) });
const ids = (events: readonly RecordedEvent[]) => events.map(({ id }) => id);

interface Given {
  readonly timeoutMs?: number;
  readonly tokenFile?: string;
  readonly maxEvents?: number;
}

/** Delivers to a server of the test; time stands still but for what the test moves. */
async function aDelivery({ timeoutMs = 5_000, tokenFile, maxEvents = 100 }: Given = {}) {
  const server = await IngestServer.start();
  const clock = new ManualClock();
  const spool = new MemorySpool({
    maxBytes: 1_000_000,
    whenFull: 'drop-oldest',
    clock,
    reports: { full: () => {}, dropped: () => Promise.resolve() },
  });
  const poster = createPoster({
    api: new URL('/base/', server.url),
    cluster: 'lab',
    tokenFile,
    compression: 'gzip',
    timeoutMs,
    now: () => clock.now(),
    userAgent: 'podlapse-agent/test',
  });
  const told: { trouble: Trouble[]; recovered: number; rejected: string[]; undeliverable: string[] } = {
    trouble: [],
    recovered: 0,
    rejected: [],
    undeliverable: [],
  };
  const reports: DeliveryReports = {
    trouble: (trouble) => told.trouble.push(trouble),
    recovered: () => {
      told.recovered += 1;
    },
    stored: ({ rejected }) => told.rejected.push(...rejected.map(({ id, reason }) => `${id}: ${reason}`)),
    undeliverable: ({ id }, problem) => told.undeliverable.push(`${id}: ${problem}`),
  };
  // Half of the upper bound of each wait.
  const delivery = createDelivery({
    spool,
    post: poster.post,
    clock,
    random: () => 0.5,
    reports,
    bounds: { maxEvents, maxBytes: 1_000_000, maxAgeMs: 0 },
    compression: 'gzip',
  });
  const stop = new AbortController();
  const running = delivery.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    poster.close();
    await server.close();
  });
  const waits = async (ms: number) => {
    await until(`it waits ${ms} ms`, () => clock.sleeping[0] === ms);
    clock.advance(ms);
  };
  const emptied = () => until('the spool is empty', () => spool.size.events === 0);
  return { server, clock, spool, told, delivery, stop, running, waits, emptied };
}

describe('delivery', () => {
  test('sends a batch as compressed NDJSON to its cluster, and forgets it once it is durable', async () => {
    const { server, spool, emptied, told } = await aDelivery();
    await spool.append([die(1), die(2)]);
    await emptied();

    expect(server.requests).toEqual([
      {
        path: '/base/v1/clusters/lab/events',
        headers: expect.objectContaining({
          'content-type': 'application/x-ndjson',
          'content-encoding': 'gzip',
          'user-agent': 'podlapse-agent/test',
        }),
        events: [die(1), die(2)],
      },
    ]);
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(told).toEqual({ trouble: [], recovered: 0, rejected: [], undeliverable: [] });
  });

  test('reads its token anew for each request', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'podlapse-token-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'first\n');
    const { server, spool, emptied } = await aDelivery({ tokenFile });

    await spool.append([die(1)]);
    await emptied();
    await writeFile(tokenFile, 'second\n');
    await spool.append([die(2)]);
    await emptied();

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  test('names the events that are rejected for good, and keeps none of the batch', async () => {
    const { server, spool, emptied, told } = await aDelivery();
    server.next((_, response) =>
      response.end(
        JSON.stringify({
          accepted: 1,
          duplicates: 0,
          rejected: [{ index: 1, id: die(2).id, reason: 'too large' }],
        }),
      ),
    );
    await spool.append([die(1), die(2)]);
    await emptied();

    expect(told.rejected).toEqual([`${die(2).id}: too large`]);
    expect(server.requests).toHaveLength(1);
  });

  test('waits as long as the server asks for, and a little longer', async () => {
    const { server, spool, waits, emptied, told } = await aDelivery();
    server.next(
      answer(429, { 'retry-after': '7' }),
      answer(503, { 'retry-after': 'Sat, 31 Jan 2026 08:01:07 GMT' }),
    );
    await spool.append([die(1)]);

    await waits(7_250);
    // A minute after the clock's time, which stands at 7.25 s.
    await waits(59_750 + 500);
    await emptied();

    expect(server.requests.map(({ events }) => ids(events))).toEqual([[die(1).id], [die(1).id], [die(1).id]]);
    expect(told).toMatchObject({ trouble: [{ kind: 'unavailable' }], recovered: 1 });
  });

  test('backs off twice as long each time, and tells of an API that is away once, and once when it is back', async () => {
    const { server, spool, waits, emptied, told } = await aDelivery();
    await server.close();
    await spool.append([die(1)]);
    for (const ms of [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) await waits(ms);
    await until('it tries again', () => told.trouble.length > 0);
    await server.open();
    await waits(15_000);
    await emptied();

    expect(told.trouble).toEqual([{ kind: 'unavailable', problem: expect.stringContaining('ECONNREFUSED') }]);
    expect(told.recovered).toBe(1);
  });

  test('tries again when there is no answer', async () => {
    const { server, spool, waits, emptied, told } = await aDelivery({ timeoutMs: 100 });
    server.next(() => {});
    await spool.append([die(1)]);
    await waits(250);
    await emptied();

    expect(told.trouble).toEqual([{ kind: 'unavailable', problem: 'no answer within 100 ms' }]);
  });

  test('tries again when the answer is cut', async () => {
    const { server, spool, waits, emptied, told } = await aDelivery();
    server.next((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"accepted":1,', () => response.destroy());
    });
    await spool.append([die(1)]);
    await waits(250);
    await emptied();

    expect(server.requests).toHaveLength(2);
    expect(told.trouble).toHaveLength(1);
  });

  test('does not take a 200 for an answer that is no receipt', async () => {
    const { server, spool, waits, emptied, told } = await aDelivery();
    server.next((_, response) => response.end('<html>Welcome</html>'));
    await spool.append([die(1)]);
    await waits(250);
    await emptied();

    expect(told.trouble[0]?.problem).toMatch(/without the receipt/);
  });

  test('goes on with a connection that the server closed while it was idle', async () => {
    const { server, spool, emptied, told } = await aDelivery();
    await spool.append([die(1)]);
    await emptied();
    await server.close();
    await server.open();
    await spool.append([die(2)]);
    await emptied();

    expect(ids(server.events)).toEqual(ids([die(1), die(2)]));
    expect(told.trouble).toEqual([]);
  });

  test.each([401, 403, 404])('after a %i keeps trying, seldom, and tells of it once', async (status) => {
    const { server, spool, waits, emptied, told } = await aDelivery();
    const refusal = answer(status, {}, 'no such token');
    server.next(refusal, refusal, refusal);
    await spool.append([die(1)]);
    for (const ms of [2_500, 5_000, 10_000]) await waits(ms);
    await emptied();

    expect(told.trouble).toEqual([{ kind: 'refused', status, problem: `HTTP ${status}: no such token` }]);
    expect(told.recovered).toBe(1);
  });

  test('cuts a batch that is too large in halves until it fits', async () => {
    const { server, spool, emptied, told } = await aDelivery();
    server.otherwise(({ events }, response) => {
      if (events.length > 2) answer(413)({ events } as never, response);
      else response.end(JSON.stringify({ accepted: events.length, duplicates: 0, rejected: [] }));
    });
    const events = [1, 2, 3, 4, 5].map(die);
    await spool.append(events);
    await emptied();

    expect(server.requests.map(({ events: sent }) => sent.length)).toEqual([5, 3, 2, 1, 2]);
    const stored = server.requests
      .filter(({ events: sent }) => sent.length <= 2)
      .flatMap(({ events: sent }) => sent);
    expect(stored).toEqual(events);
    expect(told.undeliverable).toEqual([]);
  });

  test('finds the one event that the API cannot read, gives it up, and delivers the rest', async () => {
    const { server, spool, emptied, told } = await aDelivery();
    const poison = die(3);
    server.otherwise(({ events }, response) => {
      if (ids(events).includes(poison.id)) answer(400, {}, 'cannot read this')({ events } as never, response);
      else response.end(JSON.stringify({ accepted: events.length, duplicates: 0, rejected: [] }));
    });
    const events = [1, 2, 3, 4, 5, 6, 7].map(die);
    await spool.append(events);
    await emptied();

    expect(told.undeliverable).toEqual([`${poison.id}: HTTP 400: cannot read this`]);
    const good = server.requests.filter(({ events: sent }) => !ids(sent).includes(poison.id));
    expect(ids(good.flatMap(({ events: sent }) => sent))).toEqual(
      ids(events.filter(({ id }) => id !== poison.id)),
    );
  });

  test('stops at once, and leaves in the spool what was not delivered', async () => {
    const { server, spool, stop, running } = await aDelivery();
    server.otherwise(() => {});
    await spool.append([die(1)]);
    await until('it is being sent', () => server.requests.length === 1);
    stop.abort();
    await running;

    expect(spool.size.events).toBe(1);
  });

  test('is settled when everything is delivered', async () => {
    const { server, spool, delivery } = await aDelivery({ maxEvents: 1 });
    await spool.append([die(1), die(2), die(3)]);
    await delivery.settled(new AbortController().signal);

    expect(server.events).toHaveLength(3);
    expect(spool.size.events).toBe(0);
  });
});
