import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Journal } from '../../../agent/spool/journal.ts';
import { CrashingDisk } from '../../support/crashing-disk.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const NAME = 'state-test.spool';

/** Keeps a map from letters to numbers. */
function aJournal(disk = new CrashingDisk()) {
  const clock = new ManualClock();
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const map = new Map<string, number>();
  const given = { isSafe: true };
  const journal = new Journal(
    {
      disk,
      name: NAME,
      clock,
      log: { info: line, warn: line, error: line },
      isSpoolSafe: () => given.isSafe,
    },
    () => map.entries(),
  );
  return {
    disk,
    clock,
    told,
    journal,
    given,
    set(letter: string, number: number) {
      map.set(letter, number);
      return journal.add([letter, number]);
    },
    async load() {
      const steps = (await journal.load()) as [string, number][];
      for (const [letter, number] of steps) map.set(letter, number);
      return Object.fromEntries(map);
    },
  };
}

const reloaded = (disk: CrashingDisk) => aJournal(disk.copy()).load();

describe('a journal', () => {
  test('of nothing is empty', async () => {
    expect(await aJournal().load()).toEqual({});
  });

  test('gives the next process the last state', async () => {
    const one = aJournal();
    await one.set('a', 1);
    await one.set('b', 2);
    await one.set('a', 3);
    expect(await reloaded(one.disk)).toEqual({ a: 3, b: 2 });
  });

  test('cut at any byte gives an earlier state', async () => {
    const one = aJournal();
    await one.set('a', 1);
    await one.set('a', 2);
    await one.set('a', 3);
    const states = new Set<unknown>();
    for (let bytes = 0; bytes <= one.disk.content(NAME).length; bytes += 1) {
      const disk = one.disk.copy();
      disk.damage(NAME, (content) => content.subarray(0, bytes));
      states.add((await reloaded(disk))['a']);
    }
    expect([...states]).toEqual([undefined, 1, 2, 3]);
  });

  test('is rewritten when it has grown, so that it stays small', async () => {
    const one = aJournal();
    const steps = Array.from({ length: 200_000 }, (_, number) => number);
    while (steps.length > 0) await Promise.all(steps.splice(0, 500).map((number) => one.set('a', number)));
    expect(one.disk.content(NAME).length).toBeLessThan(1_200_000);
    expect(await reloaded(one.disk)).toEqual({ a: 199_999 });
  });

  test('is never ahead of a spool that is not safe, and catches up when it is', async () => {
    const one = aJournal();
    await one.set('a', 1);
    one.given.isSafe = false;
    await one.set('a', 2);
    await one.set('b', 1);
    expect(await reloaded(one.disk)).toEqual({ a: 1 });
    one.given.isSafe = true;
    await one.set('a', 3);
    expect(await reloaded(one.disk)).toEqual({ a: 3, b: 1 });
  });

  test('on a disk that fails says so once, and catches up when the disk works again', async () => {
    const one = aJournal();
    await one.set('a', 1);
    one.disk.fail('ENOSPC', 3);
    await one.set('a', 2);
    await one.set('a', 3);
    expect(one.told).toEqual(['how far the agent came cannot be written to the spool folder']);
    expect(await reloaded(one.disk)).toEqual({ a: 1 });
    one.disk.fail(undefined);
    await one.set('a', 4);
    expect(await reloaded(one.disk)).toEqual({ a: 1 });
    one.clock.advance(5_000);
    await one.set('a', 5);
    expect(await reloaded(one.disk)).toEqual({ a: 5 });
  });

  test('after a kill gives the last state, after a power cut an earlier one that the last sync had', async () => {
    const step = fc.record({ sync: fc.boolean(), letter: fc.constantFrom('a', 'b', 'c') });
    const power = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), power, async (steps, chances) => {
        const one = aJournal();
        const states: object[] = [{}];
        let synced = 0;
        let state = {};
        for (const [number, { sync, letter }] of steps.entries()) {
          await one.set(letter, number);
          state = { ...state, [letter]: number };
          states.push(state);
          if (sync) await one.journal.sync();
          if (sync) synced = states.length - 1;
        }
        expect(await reloaded(one.disk)).toEqual(state);
        let index = 0;
        one.disk.cutPower(() => chances[(index += 1) % chances.length] ?? 0);
        expect(states.slice(synced)).toContainEqual(await reloaded(one.disk));
      }),
      { numRuns: 200 },
    );
  });
});
