import { expect, test } from 'vitest';
import { FailureCount, REFUSED_BOUNDS, UNREACHABLE_BOUNDS } from '../../../agent/sources/failure-count.ts';

test.each([
  ['an unreachable server', UNREACHABLE_BOUNDS, [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]],
  ['a refusal', REFUSED_BOUNDS, [2_500, 5_000, 10_000, 20_000, 30_000, 30_000]],
])('the waits for %s double up to the ceiling', (_title, bounds, expected) => {
  const count = new FailureCount(bounds, () => 0.5);
  let nowMs = 0;
  const waits = expected.map(() => {
    const waitMs = count.next(nowMs);
    nowMs += waitMs + 10;
    return waitMs;
  });
  expect(waits).toEqual(expected);
});

test('a good stretch makes the next failure the first', () => {
  const count = new FailureCount(UNREACHABLE_BOUNDS, () => 0.5);
  const first = count.next(0);
  const second = count.next(first + 120_000);
  expect([first, second, count.next(first + 120_000 + second + 120_001)]).toEqual([400, 800, 400]);
});
