import { expect, test } from 'vitest';
import { backoffMs } from '../../agent/backoff.ts';

const BOUNDS = { baseMs: 500, maxMs: 30_000 };

test.each([
  [0, 500],
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [6, 30_000],
  [1_000, 30_000],
])('the wait before repetition %i is anything below %i ms', (attempt, ceiling) => {
  expect(backoffMs(attempt, BOUNDS, () => 0)).toBe(0);
  expect(backoffMs(attempt, BOUNDS, () => 0.5)).toBe(ceiling / 2);
  expect(backoffMs(attempt, BOUNDS, () => 0.999_999)).toBe(ceiling - 1);
});
