import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, nameOf, partsOf, unitAt } from '../../../timeline/reports/units.ts';

const ms = (time: string) => Date.parse(time);
const HOUR_MS = 3_600_000;

describe('a span is divided', () => {
  it('into as few units as there can be, and the rest', () => {
    const pieces = divide(
      { fromMs: ms('2026-01-30T22:30:00Z'), toMs: ms('2026-03-02T01:15:00Z') },
      ms('2026-06-01T00:00:00Z'),
    );
    expect(pieces.map((piece) => (piece.level === 'rest' ? 'rest' : nameOf(piece)))).toEqual([
      'rest',
      '2026-01-30T23',
      '2026-01-31',
      '2026-02',
      '2026-03-01',
      '2026-03-02T00',
      'rest',
    ]);
  });

  it('into no unit that may still grow', () => {
    const pieces = divide(
      { fromMs: ms('2026-01-31T00:00:00Z'), toMs: ms('2026-02-02T00:00:00Z') },
      ms('2026-02-01T02:50:00Z'),
    );
    expect(pieces.map((piece) => (piece.level === 'rest' ? 'rest' : nameOf(piece)))).toEqual([
      '2026-01-31',
      '2026-02-01T00',
      '2026-02-01T01',
      'rest',
    ]);
  });

  it('without a gap or an overlap', () => {
    const start = ms('2025-12-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 * 24 * 60 }),
        fc.integer({ min: 1, max: 100 * 24 * 60 }),
        fc.integer({ min: 0, max: 200 * 24 * 60 }),
        (from, length, closed) => {
          const span = { fromMs: start + from * 60_000, toMs: start + (from + length) * 60_000 };
          const closedMs = start + closed * 60_000;
          const pieces = divide(span, closedMs);
          expect(pieces[0]?.fromMs).toBe(span.fromMs);
          expect(pieces.at(-1)?.toMs).toBe(span.toMs);
          for (const [index, piece] of pieces.entries()) {
            if (index > 0) expect(piece.fromMs).toBe(pieces[index - 1]?.toMs);
            if (piece.level === 'rest') expect(pieces[index + 1]?.level).not.toBe('rest');
            else expect(piece.toMs).toBeLessThanOrEqual(closedMs);
          }
        },
      ),
    );
  });
});

describe('a unit', () => {
  it('is named so that names are in the order of time', () => {
    const names = [0, 5, 11, 25, 800].map((hours) =>
      nameOf(unitAt('hour', ms('2025-12-31T20:00:00Z') + hours * HOUR_MS)),
    );
    expect(names).toEqual(names.toSorted());
    expect(names[0]).toBe('2025-12-31T20');
  });

  it('is made of all units of the level below', () => {
    expect(partsOf(unitAt('month', ms('2024-02-10T00:00:00Z')))).toHaveLength(29);
    expect(partsOf(unitAt('day', ms('2024-02-10T00:00:00Z'))).map(nameOf)).toContain('2024-02-10T23');
    expect(partsOf(unitAt('hour', ms('2024-02-10T00:00:00Z')))).toEqual([]);
  });
});
