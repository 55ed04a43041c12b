import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTimes, formatDuration, latestMeant, wholeSecond } from '../../timeline/time.ts';

const times = fc
  .tuple(
    fc.integer({ min: 0, max: 4_000_000_000 }),
    fc.option(fc.stringMatching(/^\d{1,9}$/), { nil: undefined }),
  )
  .map(([seconds, fraction]) => ({
    text: `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction === undefined ? '' : `.${fraction}`}Z`,
    nanoseconds: BigInt(seconds) * 1_000_000_000n + BigInt((fraction ?? '').padEnd(9, '0')),
  }));

describe('compareTimes', () => {
  it('orders times of any precision as their nanoseconds do', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const order = compareTimes(a.text, b.text);
        if (a.nanoseconds < b.nanoseconds) expect(order).toBeLessThan(0);
        if (a.nanoseconds > b.nanoseconds) expect(order).toBeGreaterThan(0);
        expect(Math.sign(order) + Math.sign(compareTimes(b.text, a.text))).toBe(0);
      }),
    );
  });
});

describe('times cut to whole seconds', () => {
  it('can mean any moment of their second', () => {
    expect(latestMeant('2026-03-01T10:00:05Z')).toBe('2026-03-01T10:00:05.999999999Z');
    expect(latestMeant('2026-03-01T10:00:05.1Z')).toBe('2026-03-01T10:00:05.1Z');
    expect(wholeSecond('2026-03-01T10:00:05.123Z')).toBe('2026-03-01T10:00:05Z');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [450, '450 ms'],
    [4_999, '4 s'],
    [125_000, '2 min 5 s'],
    [120_000, '2 min'],
    [12_000_000, '3 h 20 min'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
