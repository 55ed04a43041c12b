import { expect, test } from 'vitest';
import { type DeadLetter, DeadLetters, readDeadLetters } from '../../../agent/spool/dead-letters.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aDockerEvent } from '../../support/recorded-events.ts';

const die = (number: number) =>
  aDockerEvent({ action: 'die', occurredAt: '2026-01-31T08:00:00Z', containerId: `c${number}` });

function some(disk = new CrashingDisk(), maxBytes = 1_000_000) {
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const log = { info: line, warn: line, error: line };
  return { disk, told, letters: new DeadLetters({ disk, maxBytes, clock: new ManualClock(), log }) };
}

async function read(disk: CrashingDisk): Promise<DeadLetter[]> {
  const all: DeadLetter[] = [];
  for await (const letter of readDeadLetters(disk)) all.push(letter);
  return all;
}

test('what the API refused can be read, with when and why', async () => {
  const { disk, letters } = some();
  await letters.add([{ event: die(1), reason: 'odd' }]);
  expect(await read(disk)).toEqual([{ refusedAt: '2026-01-31T08:00:00.000Z', reason: 'odd', event: die(1) }]);
});

test('a folder without any has none', async () => {
  expect(await read(new CrashingDisk())).toEqual([]);
});

test('the next process adds to them, behind a torn tail that is cut', async () => {
  const first = some();
  await first.letters.add([1, 2].map((number) => ({ event: die(number), reason: 'odd' })));
  first.disk.damage('dead-letters.spool', (content) => content.subarray(0, content.length - 5));
  const second = some(first.disk);
  await second.letters.add([{ event: die(3), reason: 'odd' }]);
  expect((await read(first.disk)).map(({ event }) => event)).toEqual([die(1), die(3)]);
});

test('the oldest go when there are too many', async () => {
  const { disk, letters, told } = some(new CrashingDisk(), 10_000);
  for (let number = 1; number <= 100; number += 1) await letters.add([{ event: die(number), reason: 'odd' }]);
  const kept = (await read(disk)).map(({ event }) => event);
  expect(disk.bytes).toBeLessThanOrEqual(10_000);
  expect(kept.at(-1)).toEqual(die(100));
  expect(kept.length).toBeGreaterThan(8);
  expect(told[0]).toBe('the oldest dead letters are removed to make room for new ones');
});

test('on a disk that fails they are told to be lost, and never in the way', async () => {
  const { disk, letters, told } = some();
  disk.fail('ENOSPC');
  await letters.add([{ event: die(1), reason: 'odd' }]);
  disk.fail(undefined);
  await letters.add([{ event: die(2), reason: 'odd' }]);
  expect(told).toEqual([expect.stringMatching(/could not be put aside/)]);
  expect((await read(disk)).map(({ event }) => event)).toEqual([die(2)]);
});
