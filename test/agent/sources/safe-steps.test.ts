import { describe, expect, test } from 'vitest';
import { SafeSteps } from '../../../agent/sources/safe-steps.ts';
import { until } from '../../support/until.ts';

function someSteps(maxAhead: number) {
  const failures: unknown[] = [];
  return { steps: new SafeSteps(maxAhead, (error) => failures.push(error)), failures };
}

const nothing = () => Promise.resolve();

describe('what follows from an observation', () => {
  test('is done when it is safe, in order, however the disk orders it', async () => {
    const { steps } = someSteps(10);
    const done: string[] = [];
    const safe = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    for (const [index, { promise }] of safe.entries()) {
      await steps.add(promise, () => {
        done.push(`step ${index}`);
        return Promise.resolve();
      });
    }
    safe[2]?.resolve();
    safe[1]?.resolve();
    await new Promise(setImmediate);
    expect(done).toEqual([]);
    safe[0]?.resolve();
    await steps.settled();
    expect(done).toEqual(['step 0', 'step 1', 'step 2']);
  });

  test('does not wait for what followed before', async () => {
    const { steps } = someSteps(10);
    const slow = Promise.withResolvers<void>();
    let second = false;
    await steps.add(undefined, () => slow.promise);
    await steps.add(undefined, () => {
      second = true;
      return Promise.resolve();
    });
    await until('the second is done', () => second);
    slow.resolve();
    await expect(steps.settled()).resolves.toBeUndefined();
  });
});

test('no more than so many are ahead', async () => {
  const { steps } = someSteps(2);
  const safe = Promise.withResolvers<void>();
  await steps.add(safe.promise, nothing);
  let went = false;
  const waiting = steps.add(safe.promise, nothing).then(() => {
    went = true;
    return undefined;
  });
  await new Promise(setImmediate);
  expect(went).toBe(false);
  safe.resolve();
  await waiting;
});

describe('a failure', () => {
  test.each<[what: string, safe: () => Promise<void> | undefined, follow: () => Promise<void>]>([
    ['of the spool', () => Promise.reject(new Error('broken')), nothing],
    ['of what follows', () => undefined, () => Promise.reject(new Error('broken'))],
  ])('%s is told once, and every later call throws it', async (_what, safe, follow) => {
    const { steps, failures } = someSteps(10);
    await steps.add(safe(), follow);
    await until('it is told', () => failures.length > 0);
    let followed = false;
    const later = steps.add(undefined, () => {
      followed = true;
      return Promise.resolve();
    });
    await expect(later).rejects.toThrow('broken');
    await expect(steps.settled()).rejects.toThrow('broken');
    expect([failures.length, followed]).toEqual([1, false]);
  });

  test('lets one that waits for room go on, to fail', async () => {
    const { steps } = someSteps(1);
    const safe = Promise.withResolvers<void>();
    const waiting = steps.add(safe.promise, nothing);
    safe.reject(new Error('broken'));
    await expect(waiting).rejects.toThrow('broken');
  });
});
