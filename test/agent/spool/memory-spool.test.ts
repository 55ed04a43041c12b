import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DroppedEvents } from '../../../agent/spool/dropped.ts';
import { MemorySpool, type WhenFull } from '../../../agent/spool/memory-spool.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { eventsOf } from '../../support/batch-events.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent, aStatement, containerId } from '../../support/recorded-events.ts';
import { until } from '../../support/until.ts';

const NEVER = new AbortController().signal;
const WIDE = { maxEvents: 1_000, maxBytes: 1_000_000, maxAgeMs: 0 };

const die = (number: number) =>
  aDockerEvent({
    action: 'die',
    occurredAt: `2026-01-31T08:00:${String(number % 60).padStart(2, '0')}.000000000Z`,
    containerId: containerId(`c${number}`),
  });
const bytesOf = (event: RecordedEvent) => Buffer.byteLength(JSON.stringify(event)) + 1;
const SIZE = bytesOf(die(1));

interface Given {
  readonly maxBytes?: number;
  readonly whenFull?: WhenFull;
}

function aSpool({ maxBytes = 1_000_000, whenFull = 'drop-oldest' }: Given = {}) {
  const clock = new ManualClock();
  const dropped: DroppedEvents[][] = [];
  let full = 0;
  const spool = new MemorySpool({
    maxBytes,
    whenFull,
    clock,
    reports: {
      full: () => {
        full += 1;
      },
      dropped: (what) => {
        dropped.push([...what]);
        return Promise.resolve();
      },
    },
  });
  return { spool, clock, dropped, full: () => full };
}

describe('a batch', () => {
  test('is the oldest events, in their order, and the next one follows it', async () => {
    const { spool } = aSpool();
    await spool.append([die(1), die(2), die(3)]);

    const first = await spool.next({ ...WIDE, maxEvents: 2 }, NEVER);
    expect(eventsOf(first)).toEqual([die(1), die(2)]);
    await first?.done();
    const second = await spool.next({ ...WIDE, maxEvents: 1 }, NEVER);
    expect(eventsOf(second)).toEqual([die(3)]);
    expect(spool.size).toEqual({ events: 1, bytes: SIZE });
  });

  test('that was not done is given out again', async () => {
    const { spool } = aSpool();
    await spool.append([die(1)]);
    const bounds = { ...WIDE, maxEvents: 1 };

    await spool.next(bounds, NEVER);

    expect(eventsOf(await spool.next(bounds, NEVER))).toEqual([die(1)]);
  });

  test('that is done twice moves the cursor once', async () => {
    const { spool } = aSpool();
    await spool.append([die(1), die(2)]);

    const batch = await spool.next({ ...WIDE, maxEvents: 1 }, NEVER);
    await batch?.done();
    await batch?.done();

    expect(spool.size.events).toBe(1);
  });

  test('is bounded by bytes, but never empty', async () => {
    const { spool } = aSpool();
    await spool.append([die(1), die(2), die(3)]);

    const bytes = async (maxBytes: number) => (await spool.next({ ...WIDE, maxBytes }, NEVER))?.texts.length;

    expect(await bytes(2 * SIZE)).toBe(2);
    expect(await bytes(2 * SIZE - 1)).toBe(1);
    expect(await bytes(1)).toBe(1);
  });

  test('waits for company until it is old enough', async () => {
    const { spool, clock } = aSpool();
    const waiting = spool.next({ ...WIDE, maxAgeMs: 200 }, NEVER);
    await spool.append([die(1)]);
    await until('the batch waits', () => clock.sleeping.length === 1);
    await spool.append([die(2)]);
    clock.advance(200);

    expect(eventsOf(await waiting)).toEqual([die(1), die(2)]);
  });

  test('does not wait when it is full', async () => {
    const { spool, clock } = aSpool();
    const waiting = spool.next({ ...WIDE, maxEvents: 2, maxAgeMs: 200 }, NEVER);
    await spool.append([die(1)]);
    await until('the batch waits', () => clock.sleeping.length === 1);
    await spool.append([die(2)]);

    expect((await waiting)?.texts).toHaveLength(2);
    expect(clock.sleeping).toEqual([]);
  });

  test.each(['an empty spool', 'a young batch'])(
    'is not waited for any longer once stopped: %s',
    async (what) => {
      const { spool, clock } = aSpool();
      const stop = new AbortController();
      const waiting = spool.next({ ...WIDE, maxAgeMs: 200 }, stop.signal);
      if (what === 'a young batch') {
        await spool.append([die(1)]);
        await until('the batch waits', () => clock.sleeping.length === 1);
      }
      stop.abort();

      expect(await waiting).toBeUndefined();
    },
  );
});

describe('a full spool', () => {
  test('drops the oldest, and tells once how many of which source', async () => {
    const { spool, dropped, full } = aSpool({ maxBytes: 10 * SIZE });
    await spool.append(Array.from({ length: 12 }, (_, index) => die(index)));

    const batch = await spool.next(WIDE, NEVER);
    expect(eventsOf(batch).map(({ occurredAt }) => occurredAt.slice(17, 19))).toEqual([
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
      '09',
      '10',
      '11',
    ]);
    expect([full(), dropped]).toEqual([1, []]);
    await batch?.done();
    expect(dropped).toEqual([
      [
        {
          watched: 'docker',
          count: 3,
          from: '2026-01-31T08:00:00.000000000Z',
          to: '2026-01-31T08:00:02.000000000Z',
          reason: 'spool-full',
        },
      ],
    ]);
  });

  test('keeps what is being sent', async () => {
    const { spool } = aSpool({ maxBytes: 10 * SIZE });
    await spool.append([die(1), die(2)]);
    const batch = await spool.next(WIDE, NEVER);
    await spool.append(Array.from({ length: 20 }, (_, index) => die(10 + index)));

    await batch?.done();

    expect(spool.size.events).toBe(7);
    expect(eventsOf(await spool.next(WIDE, NEVER)).at(-1)).toEqual(die(29));
  });

  test("keeps the agent's statements as long as there is anything else to drop", async () => {
    const { spool } = aSpool({ maxBytes: 10 * SIZE });
    const statement = aStatement({
      sequence: 0,
      type: 'gap-opened',
      occurredAt: '2026-01-31T08:00:00Z',
      watched: 'docker',
      from: '2026-01-31T08:00:00Z',
    });
    await spool.append([statement, ...Array.from({ length: 20 }, (_, index) => die(index))]);

    expect(eventsOf(await spool.next(WIDE, NEVER))[0]).toEqual(statement);
  });

  test('that may wait loses nothing', async () => {
    const { spool } = aSpool({ maxBytes: 3 * SIZE, whenFull: 'wait' });
    const all = Array.from({ length: 20 }, (_, index) => die(index));
    const appending = spool.append(all);
    const taken: RecordedEvent[] = [];
    while (taken.length < all.length) {
      const batch = await spool.next(WIDE, NEVER);
      expect(spool.size.bytes).toBeLessThanOrEqual(3 * SIZE);
      taken.push(...eventsOf(batch));
      await batch?.done();
    }
    await appending;

    expect(taken).toEqual(all);
  });
});

test('behaves as a plain queue does, whatever is done in whatever order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 0, max: 4 }) }),
    fc.record({
      do: fc.constant('send' as const),
      maxEvents: fc.integer({ min: 1, max: 5 }),
      done: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { spool } = aSpool();
      let queue: RecordedEvent[] = [];
      let made = 0;
      for (const one of steps) {
        if (one.do === 'append') {
          const events = Array.from({ length: one.count }, () => die((made += 1)));
          queue.push(...events);
          await spool.append(events);
        } else if (queue.length > 0) {
          const bounds = { ...WIDE, maxEvents: Math.min(one.maxEvents, queue.length) };
          const batch = await spool.next(bounds, NEVER);
          expect(eventsOf(batch)).toEqual(queue.slice(0, bounds.maxEvents));
          if (one.done) {
            await batch?.done();
            queue = queue.slice(bounds.maxEvents);
          }
        }
        expect(spool.size).toEqual({
          events: queue.length,
          bytes: queue.reduce((sum, event) => sum + bytesOf(event), 0),
        });
      }
    }),
  );
});
