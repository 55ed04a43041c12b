import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningBefore, cutSpan, INTERVALS, zoneNamed } from '../../../timeline/reports/calendar.ts';

const ms = (time: string) => Date.parse(time);
const cut = (from: string, to: string, interval: (typeof INTERVALS)[number], zone: string) =>
  cutSpan({ fromMs: ms(from), toMs: ms(to) }, interval, zoneNamed(zone)).map(({ fromMs }) =>
    new Date(fromMs).toISOString().slice(0, 16),
  );

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Havana',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Pacific/Apia',
];

describe('a span is cut', () => {
  it('at midnight by the clocks of the zone', () => {
    expect(cut('2026-01-30T22:30:00Z', '2026-02-01T12:00:00Z', 'day', 'Europe/Berlin')).toEqual([
      '2026-01-30T22:30',
      '2026-01-30T23:00',
      '2026-01-31T23:00',
    ]);
    expect(cut('2026-01-30T18:30:00Z', '2026-01-31T20:00:00Z', 'day', 'Asia/Kolkata')).toEqual([
      '2026-01-30T18:30',
      '2026-01-31T18:30',
    ]);
  });

  it('into days of 23 and 25 hours where the clocks are changed', () => {
    const hours = (from: string, to: string, zone: string) =>
      cutSpan({ fromMs: ms(from), toMs: ms(to) }, 'day', zoneNamed(zone)).map(
        (day) => (day.toMs - day.fromMs) / 3_600_000,
      );
    expect(hours('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', 'Europe/Berlin')).toEqual([24, 23, 24]);
    expect(hours('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z', 'Europe/Berlin')).toEqual([24, 25, 24]);
  });

  it('where a day begins at one o’clock, because the clocks are put forward at midnight', () => {
    expect(cut('2018-11-03T12:00:00Z', '2018-11-05T12:00:00Z', 'day', 'America/Sao_Paulo')).toEqual([
      '2018-11-03T12:00',
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ]);
  });

  it('at the first of two midnights, where the clocks are put back to it', () => {
    expect(cut('2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z', 'day', 'America/Havana')).toEqual([
      '2026-10-31T12:00',
      '2026-11-01T04:00',
      '2026-11-02T05:00',
    ]);
  });

  it('on Mondays, and on the first of the month', () => {
    expect(cut('2026-01-28T00:00:00Z', '2026-02-12T00:00:00Z', 'week', 'UTC')).toEqual([
      '2026-01-28T00:00',
      '2026-02-02T00:00',
      '2026-02-09T00:00',
    ]);
    expect(cut('2025-11-15T00:00:00Z', '2026-02-12T00:00:00Z', 'month', 'UTC')).toEqual([
      '2025-11-15T00:00',
      '2025-12-01T00:00',
      '2026-01-01T00:00',
      '2026-02-01T00:00',
    ]);
    expect(cut('2026-03-10T00:00:00Z', '2026-04-12T00:00:00Z', 'month', 'Europe/Berlin')).toEqual([
      '2026-03-10T00:00',
      '2026-03-31T22:00',
    ]);
  });

  it('on the hour that the clocks show', () => {
    expect(cut('2026-01-01T00:00:00Z', '2026-01-01T02:00:00Z', 'hour', 'Asia/Kolkata')).toEqual([
      '2026-01-01T00:00',
      '2026-01-01T00:30',
      '2026-01-01T01:30',
    ]);
  });

  it('without a gap or an overlap, in any zone and at any time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...INTERVALS),
        fc.integer({ min: ms('1975-01-01T00:00:00Z'), max: ms('2040-01-01T00:00:00Z') }),
        fc.integer({ min: 1, max: 20 * 86_400_000 }),
        (zone, interval, fromMs, lengthMs) => {
          const span = { fromMs, toMs: fromMs + lengthMs };
          const pieces = cutSpan(span, interval, zoneNamed(zone));
          expect(pieces[0]?.fromMs).toBe(span.fromMs);
          expect(pieces.at(-1)?.toMs).toBe(span.toMs);
          for (const [index, piece] of pieces.entries()) {
            expect(piece.toMs).toBeGreaterThan(piece.fromMs);
            if (index > 0) expect(piece.fromMs).toBe(pieces[index - 1]?.toMs);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('so that a day is the same day from its beginning to its end', () => {
    const dayIn = (zone: string, atMs: number) =>
      new Date(atMs).toLocaleDateString('en-CA', { timeZone: zone });
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: ms('1975-01-01T00:00:00Z'), max: ms('2040-01-01T00:00:00Z') }),
        (zone, atMs) => {
          const beginningMs = beginningBefore(atMs, zoneNamed(zone));
          expect(beginningMs).toBeLessThanOrEqual(atMs);
          expect(dayIn(zone, beginningMs)).toBe(dayIn(zone, atMs));
          expect(dayIn(zone, beginningMs - 1)).not.toBe(dayIn(zone, atMs));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a zone', () => {
  it('that there is none of is refused', () => {
    expect(() => zoneNamed('Mars/Olympus')).toThrow(RangeError);
  });
});
