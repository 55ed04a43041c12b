import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../../functions/api/identity/rate-limiter.ts';
import { Problem } from '../../../../functions/api/problem.ts';
import type { Log } from '../../../../functions/log.ts';
import { rateKey } from '../../../../functions/store/keys/rate-key.ts';
import type { RateCounter } from '../../../../functions/store/rate-counter.ts';

const START_MS = Date.parse('2026-03-01T12:00:15Z');
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Some instances on one counter, which counts how often it was asked. */
function rig(instances = 1) {
  const sums = new Map<string, number>();
  const state = { nowMs: START_MS, writes: 0 };
  const counter: RateCounter = {
    add(caller, nowMs, count) {
      state.writes += 1;
      const key = `${caller} ${rateKey.minute(nowMs)}`;
      sums.set(key, (sums.get(key) ?? 0) + count);
      return Promise.resolve(sums.get(key) ?? 0);
    },
  };
  const limiters = Array.from({ length: instances }, () =>
    createRateLimiter({ counter, clock: () => state.nowMs, log: silent }),
  );
  const admitted = async (requests: number, limit: number, caller = 'caller') => {
    let count = 0;
    for (let request = 0; request < requests; request += 1) {
      const limiter = limiters[request % instances]!;
      count += await limiter.admit(caller, limit).then(
        () => 1,
        () => 0,
      );
    }
    return count;
  };
  return { state, limiters, admitted };
}

describe('the limit of requests', () => {
  it('is exact within one instance, and begins anew with the minute', async () => {
    const { state, admitted } = rig();
    expect(await admitted(250, 100)).toBe(100);
    state.nowMs += 44_999;
    expect(await admitted(1, 100)).toBe(0);
    state.nowMs += 1;
    expect(await admitted(250, 100)).toBe(100);
  });

  it('is one for each caller', async () => {
    const { admitted } = rig();
    expect(await admitted(20, 10, 'one')).toBe(10);
    expect(await admitted(20, 10, 'other')).toBe(10);
  });

  it('says in its refusal what the limit is and how long to wait', async () => {
    const { limiters, admitted } = rig();
    await admitted(2, 2);
    const refusal = await limiters[0]!.admit('caller', 2).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Problem);
    expect(refusal).toMatchObject({
      code: 'too-many-requests',
      detail: 'This token has made its 2 requests of this minute (requestsPerMinute); wait 45 seconds.',
      headers: { 'retry-after': '45' },
      members: { limit: 'requestsPerMinute', limitRequests: 2, retryAfterSeconds: 45 },
    });
  });

  it('costs at most 10 writes for 1,000 requests at an agent’s limit, 34 at a reader’s, and none for a few', async () => {
    const few = rig();
    await few.admitted(29, 600);
    expect(few.state.writes).toBe(0);
    const reader = rig();
    for (let minute = 0; minute < 2; minute += 1) {
      await reader.admitted(500, 600);
      reader.state.nowMs += 60_000;
    }
    expect(reader.state.writes).toBeLessThanOrEqual(34);
    const agent = rig();
    await agent.admitted(1_000, 60_000);
    expect(agent.state.writes).toBe(10);
  });

  it('costs nothing more once it is reached', async () => {
    const { state, admitted } = rig();
    await admitted(100, 100);
    const before = state.writes;
    expect(await admitted(1_000, 100)).toBe(0);
    expect(state.writes).toBe(before);
  });

  it('holds over all instances, but for what each has not told of yet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        async (instances, limit, requests) => {
          const { admitted } = rig(instances);
          const untold = Math.max(1, Math.min(100, Math.floor(limit / 20)));
          const count = await admitted(requests, limit);
          expect(count).toBeLessThanOrEqual(limit + instances * untold);
          expect(count).toBeGreaterThanOrEqual(Math.min(requests, limit));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is kept by each instance alone while the store cannot count, and the log says so', async () => {
    const warned: string[] = [];
    const limiter = createRateLimiter({
      counter: { add: () => Promise.reject(new Error('away')) },
      clock: () => START_MS,
      log: { ...silent, warn: (message) => warned.push(message) },
    });
    for (let request = 0; request < 10; request += 1) await limiter.admit('caller', 10);
    await expect(limiter.admit('caller', 10)).rejects.toBeInstanceOf(Problem);
    expect(new Set(warned)).toEqual(new Set(['the common count of requests cannot be reached']));
  });
});
