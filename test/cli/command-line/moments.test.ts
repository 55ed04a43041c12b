import { describe, expect, it } from 'vitest';
import { readCount, readMoment } from '../../../cli/command-line/moments.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

describe('a moment', () => {
  it.each([
    ['90s', '2026-03-01T11:58:30.000Z'],
    ['30m', '2026-03-01T11:30:00.000Z'],
    ['24h', '2026-02-28T12:00:00.000Z'],
    ['7d', '2026-02-22T12:00:00.000Z'],
    ['2w', '2026-02-15T12:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T08:15', '2026-01-31T08:15:00.000Z'],
    ['2026-01-31 08:15:30', '2026-01-31T08:15:30.000Z'],
    ['2026-01-31T08:15:30.123Z', '2026-01-31T08:15:30.123Z'],
    ['2026-01-31T08:15:30+02:00', '2026-01-31T06:15:30.000Z'],
  ])('may be said as %s', (text, moment) => {
    expect(readMoment(text, 'since', NOW_MS)).toBe(moment);
  });

  it.each(['', '24', 'yesterday', '-1h', '2026-02-31', '2026-13-01', '2026-01-31T25:00', '9999999h', '1e3h'])(
    'cannot be said as %j',
    (text) => {
      expect(() => readMoment(text, 'since', NOW_MS)).toThrow(/^--since .*give 30m, 24h/);
    },
  );
});

describe('a number', () => {
  it('must be whole and within its bound', () => {
    expect(readCount('20', 'top', 1_000)).toBe(20);
    for (const text of ['-1', '1.5', '1001', 'x', '']) {
      expect(() => readCount(text, 'top', 1_000)).toThrow('--top');
    }
  });
});
