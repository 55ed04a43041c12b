import { expect, describe, test } from 'vitest';
import { DiskSpool } from '../../../agent/spool/disk-spool.ts';
import type { DroppedEvents } from '../../../agent/spool/dropped.ts';
import type { RefusedEvent } from '../../../agent/spool/spool.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { eventsOf } from '../../support/batch-events.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent, aStatement, containerId } from '../../support/recorded-events.ts';
import { until } from '../../support/until.ts';

const NEVER = new AbortController().signal;
const WIDE = { maxEvents: 1_000, maxBytes: 1_000_000, maxAgeMs: 0 };

const die = (number: number) =>
  aDockerEvent({
    action: 'die',
    occurredAt: new Date(Date.parse('2026-01-31T08:00:00Z') + number * 1000).toISOString(),
    containerId: containerId(`c${number}`),
  });
const dies = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => die(from + index));
const SIZE = Buffer.byteLength(JSON.stringify(die(1))) + 15;

interface Given {
  readonly disk?: CrashingDisk;
  readonly maxBytes?: number;
  readonly maxMemoryBytes?: number;
}

async function aSpool({
  disk = new CrashingDisk(),
  maxBytes = 1_000_000,
  maxMemoryBytes = 1_000_000,
}: Given = {}) {
  const clock = new ManualClock();
  const told: (string | DroppedEvents)[] = [];
  const putAside: RefusedEvent[] = [];
  const spool = await DiskSpool.open({
    disk,
    maxBytes,
    maxMemoryBytes,
    clock,
    reports: {
      full: () => told.push('full'),
      dropped: (drops) => {
        told.push(...drops);
        return Promise.resolve();
      },
      onlyInMemory: ({ message }) => told.push(`only in memory: ${message.split(':')[0]}`),
      onDiskAgain: () => told.push('on disk again'),
      torn: (bytes) => told.push(`torn: ${bytes}`),
    },
    putAside: (refused) => {
      putAside.push(...refused);
      return Promise.resolve();
    },
  });
  const take = async (maxEvents = 1_000) => {
    const batch = await spool.next({ ...WIDE, maxEvents }, NEVER);
    if (batch === undefined) throw new Error('there was no batch');
    return batch;
  };
  /** Delivers all that waits, and gives it. */
  const takeAll = async (maxEvents = 1_000) => {
    const all: RecordedEvent[] = [];
    while (spool.size.events > 0) {
      const batch = await take(maxEvents);
      all.push(...eventsOf(batch));
      await batch.done();
    }
    return all;
  };
  return { disk, spool, clock, told, putAside, take, takeAll };
}

type Aged = Awaited<ReturnType<typeof aSpool>>;
const reopened = ({ disk }: Aged, given: Given = {}) => aSpool({ ...given, disk });
const segments = async ({ disk }: Aged) => (await disk.names()).sort();

describe('events', () => {
  test('wait in their order, and are there for the process after this one', async () => {
    const first = await aSpool();
    await first.spool.append(dies(1, 3));
    await first.spool.append([die(4)]);
    const second = await reopened(first);
    expect(second.spool.size).toEqual({ events: 4, bytes: 4 * SIZE });
    expect(eventsOf(await second.take(3))).toEqual(dies(1, 3));
    expect(eventsOf(await second.take(9))).toEqual(dies(1, 4));
  });

  test('that are delivered are not delivered again', async () => {
    const first = await aSpool();
    await first.spool.append(dies(1, 5));
    await (await first.take(2)).done();
    const second = await reopened(first);
    expect(eventsOf(await second.take())).toEqual(dies(3, 5));
    expect(second.told).toEqual([]);
  });

  test('that were given out but not done are delivered again', async () => {
    const first = await aSpool();
    await first.spool.append(dies(1, 2));
    await first.take();
    expect(eventsOf(await (await reopened(first)).take())).toEqual(dies(1, 2));
  });

  test('that were appended together are safe with one sync, and so are those that waited for it', async () => {
    const { spool, disk } = await aSpool();
    const appended = Array.from({ length: 1_000 }, (_, index) => spool.append([die(index)]));
    await Promise.all(appended);
    expect(disk.syncs).toBeLessThanOrEqual(2);
    expect(spool.size.events).toBe(1_000);
  });

  test('leave nothing behind once all were delivered and the next process began', async () => {
    const first = await aSpool();
    await first.spool.append(dies(1, 5));
    await first.takeAll();
    const second = await reopened(first);
    expect(await segments(second)).toEqual([]);
    await second.spool.append([die(6)]);
    expect(await second.takeAll()).toEqual([die(6)]);
  });

  test('that the API refused are put aside before the cursor moves', async () => {
    const { spool, take, putAside } = await aSpool();
    await spool.append(dies(1, 2));
    const batch = await take();
    await batch.done([{ event: die(2), reason: 'odd' }]);
    expect(putAside).toEqual([{ event: die(2), reason: 'odd' }]);
    expect(spool.size.events).toBe(0);
  });

  test('are not given out to one who is stopped', async () => {
    const { spool } = await aSpool();
    expect(await spool.next(WIDE, AbortSignal.abort())).toBeUndefined();
  });

  test('of many segments are removed from the disk as they are delivered', async () => {
    const one = await aSpool({ maxBytes: 80 * SIZE });
    for (let number = 1; number <= 60; number += 1) await one.spool.append([die(number)]);
    const before = (await segments(one)).length;
    await (await one.take(40)).done();
    expect(before).toBeGreaterThan(4);
    const taken = await one.takeAll(7);
    expect(taken.at(-1)).toEqual(die(60));
    expect(await segments(one)).toHaveLength(1);
  });

  test('of more than a batch are delivered in order by one process after the other', async () => {
    let one = await aSpool({ maxBytes: 400 * SIZE });
    await one.spool.append(dies(1, 50));
    const all: RecordedEvent[] = [];
    for (let round = 0; round < 10; round += 1) {
      one = await reopened(one, { maxBytes: 400 * SIZE });
      await one.spool.append([die(51 + round)]);
      const batch = await one.take(6);
      all.push(...eventsOf(batch));
      await batch.done();
    }
    expect(all).toEqual(dies(1, 60));
  });
});

describe('the last record, cut', () => {
  test('at every byte, loses nothing that was there before it', async () => {
    const whole = await aSpool();
    await whole.spool.append(dies(1, 3));
    const [name = ''] = await segments(whole);
    const length = whole.disk.content(name).length;
    for (let bytes = length - SIZE; bytes < length; bytes += 1) {
      const disk = whole.disk.copy();
      disk.damage(name, (content) => content.subarray(0, bytes));
      const cut = await aSpool({ disk });
      expect(cut.told).toEqual(bytes === length - SIZE ? [] : [`torn: ${bytes - (length - SIZE)}`]);
      await cut.spool.append([die(9)]);
      expect(await cut.takeAll()).toEqual([die(1), die(2), die(9)]);
    }
  });

  test('or any bit of it turned over, is left out', async () => {
    const whole = await aSpool();
    await whole.spool.append(dies(1, 3));
    const [name = ''] = await segments(whole);
    const length = whole.disk.content(name).length;
    for (let bit = (length - SIZE) * 8; bit < length * 8; bit += 5) {
      const disk = whole.disk.copy();
      disk.damage(name, (content) => {
        content[bit >> 3] = (content[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return content;
      });
      expect(await (await aSpool({ disk })).takeAll()).toEqual([die(1), die(2)]);
    }
  });

  test('of zeros, as a file system leaves them, is left out', async () => {
    const whole = await aSpool();
    await whole.spool.append(dies(1, 2));
    const [name = ''] = await segments(whole);
    whole.disk.damage(name, (content) => Buffer.concat([content, Buffer.alloc(4_096)]));
    expect(await (await reopened(whole)).takeAll()).toEqual(dies(1, 2));
  });
});

describe('a segment damaged in its middle', () => {
  const damaged = async (when: 'before it is opened' | 'while it is open') => {
    const one = await aSpool({ maxBytes: 80 * SIZE });
    for (let number = 1; number <= 30; number += 1) await one.spool.append([die(number)]);
    const [, name = ''] = await segments(one);
    const again = when === 'while it is open' ? await reopened(one, { maxBytes: 80 * SIZE }) : one;
    one.disk.damage(name, (content) => {
      content[content.length - 20] = 0xff;
      return content;
    });
    return when === 'while it is open' ? again : reopened(one, { maxBytes: 80 * SIZE });
  };

  test.each(['before it is opened', 'while it is open'] as const)(
    '%s loses the rest of it, which is counted and told with when it was',
    async (when) => {
      const one = await damaged(when);
      const taken = await one.takeAll(4);
      const missing = 30 - taken.length;
      expect(missing).toBeGreaterThan(0);
      expect(missing).toBeLessThan(12);
      expect(taken.at(-1)).toEqual(die(30));
      await one.spool.append([die(31)]);
      await one.take();
      expect(one.told).toMatchObject([{ watched: undefined, count: missing, reason: 'spool-damaged' }]);
      const [drop] = one.told;
      if (typeof drop !== 'object') throw new Error('a drop is told');
      const lost = dies(1, 30).filter(({ id }) => !taken.some((event) => event.id === id));
      expect(Date.parse(drop.from ?? '')).toBeLessThanOrEqual(Date.parse(lost[0]?.observedAt ?? ''));
    },
  );
});

describe('a full spool', () => {
  const statement = aStatement({
    sequence: 0,
    type: 'gap-opened',
    occurredAt: '2026-01-31T08:00:00Z',
    watched: 'docker',
    from: '2026-01-31T08:00:00Z',
  });
  const filled = async (count = 200) => {
    const one = await aSpool({ maxBytes: 80 * SIZE });
    await one.spool.append([statement]);
    for (let number = 1; number <= count; number += 1) {
      await one.spool.append([die(number)]);
      expect(one.disk.bytes).toBeLessThanOrEqual(80 * SIZE);
    }
    return one;
  };

  test('drops the oldest, keeps to its bound, and tells how many of which source when they are reached', async () => {
    const one = await filled();
    expect(one.told).toEqual(['full']);
    const taken = await one.takeAll();
    const [first, ...rest] = taken;
    expect(first).toEqual(statement);
    const dropped = 200 - rest.length;
    expect(rest).toEqual(dies(dropped + 1, 200));
    expect(rest.length).toBeGreaterThan(50);
    expect(one.told.slice(1)).toEqual([
      {
        watched: 'docker',
        count: dropped,
        from: die(1).observedAt,
        to: die(dropped).observedAt,
        reason: 'spool-full',
      },
    ]);
  });

  test('that was closed meanwhile tells the same', async () => {
    const first = await filled();
    const second = await reopened(first, { maxBytes: 80 * SIZE });
    const taken = await second.takeAll();
    expect(second.told).toMatchObject([{ watched: 'docker', count: 201 - taken.length }]);
  });

  test('keeps what is being sent', async () => {
    const one = await aSpool({ maxBytes: 80 * SIZE });
    await one.spool.append(dies(1, 10));
    const batch = await one.take();
    for (let number = 11; number <= 200; number += 1) await one.spool.append([die(number)]);
    expect(eventsOf(batch)).toEqual(dies(1, 10));
    await batch.done();
    const taken = await one.takeAll();
    expect(one.told.slice(1)).toMatchObject([{ count: 190 - taken.length, from: die(11).observedAt }]);
  });

  test('of statements alone drops them too', async () => {
    const one = await aSpool({ maxBytes: 80 * SIZE });
    for (let sequence = 0; sequence < 300; sequence += 1)
      await one.spool.append([{ ...statement, sequence }]);
    expect(one.disk.bytes).toBeLessThanOrEqual(80 * SIZE);
    const taken = await one.takeAll();
    expect(taken.at(-1)).toMatchObject({ sequence: 299 });
    const told = one.told.filter((line) => typeof line === 'object');
    expect(told.reduce((sum, { count }) => sum + count, taken.length)).toBe(300);
  });
});

describe('a disk that fails', () => {
  const RETRY_MS = 5_000;
  const retried = async ({ clock }: Aged) => {
    await until('it waits to try again', () => clock.sleeping.includes(RETRY_MS));
    clock.advance(RETRY_MS);
  };

  test.each(['ENOSPC', 'EROFS', 'EACCES', 'EIO'])(
    'with %s is told once, and events are delivered from memory, in order',
    async (code) => {
      const one = await aSpool();
      await one.spool.append(dies(1, 2));
      one.disk.fail(code, 100);
      await one.spool.append([die(3)]);
      await one.spool.append([die(4)]);
      expect(one.spool.isSafe).toBe(false);
      expect(await one.takeAll(3)).toEqual(dies(1, 4));
      expect(one.spool.isSafe).toBe(true);
      expect(one.told).toEqual([`only in memory: ${code}`]);
    },
  );

  test('takes what waits in memory when it works again, in order', async () => {
    const one = await aSpool();
    await one.spool.append([die(1)]);
    one.disk.fail('ENOSPC', 50);
    await one.spool.append([die(2)]);
    const { writes } = one.disk;
    await retried(one);
    await until('it tried', () => one.disk.writes > writes);
    await one.spool.append([die(3)]);
    one.disk.fail(undefined);
    await retried(one);
    await until('it is on disk again', () => one.told.includes('on disk again'));
    await one.spool.append([die(4)]);
    expect(one.spool.isSafe).toBe(true);
    expect(await (await reopened(one)).takeAll()).toEqual(dies(1, 4));
  });

  test('and works again while a batch is sent from memory loses and repeats nothing', async () => {
    const one = await aSpool();
    one.disk.fail('ENOSPC');
    await one.spool.append(dies(1, 2));
    const batch = await one.take();
    await one.spool.append([die(3)]);
    one.disk.fail(undefined);
    await retried(one);
    await until('it is on disk again', () => one.told.includes('on disk again'));
    await batch.done();
    expect(one.spool.size.events).toBe(1);
    expect(await (await reopened(one)).takeAll()).toEqual([die(3)]);
  });

  test('from the beginning is no reason not to begin, and what was there before comes first in the end', async () => {
    const before = await aSpool();
    await before.spool.append([die(1)]);
    before.disk.names = () => Promise.reject(Object.assign(new Error('EACCES: no'), { code: 'EACCES' }));
    const one = await reopened(before);
    await one.spool.append([die(2)]);
    expect(one.told).toEqual(['only in memory: EACCES']);
    Reflect.deleteProperty(one.disk, 'names');
    await retried(one);
    await until('it is on disk again', () => one.told.includes('on disk again'));
    expect(await one.takeAll()).toEqual(dies(1, 2));
  });

  test('for long drops the oldest from memory, which is counted and told', async () => {
    const one = await aSpool({ maxMemoryBytes: 10 * SIZE });
    one.disk.fail('EROFS');
    for (let number = 1; number <= 25; number += 1) await one.spool.append([die(number)]);
    const taken = await one.takeAll();
    expect(taken).toEqual(dies(26 - taken.length, 25));
    one.disk.fail(undefined);
    await one.spool.append([die(26)]);
    await one.take();
    expect(one.told).toEqual([
      'only in memory: EROFS',
      'full',
      expect.objectContaining({ count: 25 - taken.length, reason: 'spool-full' }),
    ]);
  });

  test('is tried once more at the end', async () => {
    const one = await aSpool();
    one.disk.fail('ENOSPC');
    await one.spool.append([die(1)]);
    one.disk.fail(undefined);
    await one.spool.close();
    expect(await (await reopened(one)).takeAll()).toEqual([die(1)]);
  });

  test('at a sync leaves nothing behind that would be delivered twice', async () => {
    const one = await aSpool();
    await one.spool.append([die(1)]);
    // The write goes through, the sync does not, and neither does the cut that would undo it.
    one.disk.fail('EIO', SIZE);
    await one.spool.append([die(2)]);
    one.disk.fail(undefined);
    await retried(one);
    await until('it is on disk again', () => one.told.includes('on disk again'));
    expect(await (await reopened(one)).takeAll()).toEqual(dies(1, 2));
  });
});
