import { describe, expect, test } from 'vitest';
import { SafeSteps } from '../../../agent/sources/safe-steps.ts';
import { until } from '../../support/until.ts';

/** Steps that only have a name. What follows from them resolves at once, unless `follow` says otherwise. */
function someSteps(maxAhead: number, follow = () => Promise.resolve()) {
  const failures: unknown[] = [];
  const followed: (readonly string[])[] = [];
  const steps = new SafeSteps<string>({
    maxAhead,
    follow: (group) => {
      followed.push(group);
      return follow();
    },
    failed: (error) => failures.push(error),
  });
  return { steps, failures, followed };
}

describe('what follows from an observation', () => {
  test('is done when it is safe, in order, however the disk orders it', async () => {
    const { steps, followed } = someSteps(10);
    const safe = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    for (const [index, { promise }] of safe.entries()) await steps.add(promise, `step ${index}`);
    safe[2]?.resolve();
    safe[1]?.resolve();
    await new Promise(setImmediate);
    expect(followed).toEqual([]);
    safe[0]?.resolve();
    await steps.settled();
    expect(followed.flat()).toEqual(['step 0', 'step 1', 'step 2']);
  });

  test('is done once for all that become safe together', async () => {
    const { steps, followed } = someSteps(10);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await steps.add(first.promise, 'a');
    await steps.add(first.promise, 'b');
    await steps.add(undefined, 'c');
    await steps.add(second.promise, 'd');
    first.resolve();
    second.resolve();
    await steps.settled();
    expect(followed).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('is not changed by a step that comes after it was done', async () => {
    const { steps, followed } = someSteps(10);
    const safe = Promise.resolve();
    await steps.add(safe, 'a');
    await steps.settled();
    await steps.add(safe, 'b');
    await steps.settled();
    expect(followed).toEqual([['a'], ['b']]);
  });

  test('does not wait for what followed before', async () => {
    const slow = Promise.withResolvers<void>();
    const { steps, followed } = someSteps(10, () => slow.promise);
    await steps.add(Promise.resolve(), 'a');
    await steps.add(Promise.resolve(), 'b');
    await until('the second is done', () => followed.length === 2);
    slow.resolve();
    await expect(steps.settled()).resolves.toBeUndefined();
  });
});

test('no more than so many are ahead', async () => {
  const { steps } = someSteps(2);
  const safe = Promise.withResolvers<void>();
  expect(steps.add(safe.promise, 'a')).toBeUndefined();
  let went = false;
  const waiting = steps.add(safe.promise, 'b')?.then(() => {
    went = true;
    return undefined;
  });
  await new Promise(setImmediate);
  expect([waiting === undefined, went]).toEqual([false, false]);
  safe.resolve();
  await waiting;
  expect(went).toBe(true);
});

describe('a failure', () => {
  test.each<[what: string, safe: () => Promise<void> | undefined, follow: () => Promise<void>]>([
    ['of the spool', () => Promise.reject(new Error('broken')), () => Promise.resolve()],
    ['of what follows', () => undefined, () => Promise.reject(new Error('broken'))],
  ])('%s is told once, and every later call throws it', async (_what, safe, follow) => {
    const { steps, failures, followed } = someSteps(10, follow);
    await steps.add(safe(), 'a');
    await until('it is told', () => failures.length > 0);
    await expect(steps.add(undefined, 'later')).rejects.toThrow('broken');
    await expect(steps.settled()).rejects.toThrow('broken');
    expect([failures.length, followed.flat().includes('later')]).toEqual([1, false]);
  });

  test('lets one that waits for room go on, to fail', async () => {
    const { steps } = someSteps(1);
    const safe = Promise.withResolvers<void>();
    const waiting = steps.add(safe.promise, 'a');
    safe.reject(new Error('broken'));
    await expect(waiting).rejects.toThrow('broken');
  });
});
