import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPatterns } from '../../../timeline/patterns/find-patterns.ts';
import { aTimeline, type Turn } from '../../support/pod-timeline.ts';

const HOUR = 3_600_000;
const loopsOf = (turns: readonly Turn[]) =>
  findPatterns(aTimeline(turns)).filter(({ kind }) => kind === 'slow-loop');
const every = (...intervalsMs: readonly number[]): Turn[] =>
  intervalsMs.map((ms) => ({ ranMs: ms - 2_000, downMs: 2_000, cause: 'oom-killed' }));

/** A generator of equally distributed numbers below 1 that gives the same ones each time (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a slow loop', () => {
  it('is found with its period, whatever the period and however many there are, if it is steady', () => {
    const histories = fc
      .tuple(
        fc.integer({ min: 720_000, max: 72 * HOUR }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.integer({ min: 6, max: 60 }),
      )
      .chain(([period, jitter, length]) =>
        fc.record({
          period: fc.constant(period),
          jitter: fc.constant(jitter),
          strays: fc.array(fc.double({ min: -jitter, max: jitter, noNaN: true }), {
            minLength: length,
            maxLength: length,
          }),
        }),
      );
    fc.assert(
      fc.property(histories, ({ period, jitter, strays }) => {
        const found = loopsOf(every(...strays.map((stray) => Math.round(period * (1 + stray)))));
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({ container: 'web', count: strays.length });
        expect(Math.abs(found[0]!.periodMs! - period)).toBeLessThanOrEqual(jitter * period + 1);
        expect(found[0]!.spread).toBeLessThanOrEqual(jitter + 0.001);
      }),
    );
  });

  it('is seldom found in restarts at random moments: in one container of a thousand at the most', () => {
    const random = uniform(7);
    const found = Array.from({ length: 5_000 }, () => {
      const length = 4 + Math.floor(random() * 40);
      return loopsOf(
        every(...Array.from({ length }, () => Math.ceil(-Math.log(1 - random()) * 6 * HOUR) + 2_000)),
      );
    }).filter((loops) => loops.length > 0);
    expect(found.length).toBeLessThanOrEqual(5);
  });

  it('needs to be the steadier the fewer its intervals are', () => {
    const around = (count: number, spread: number) =>
      every(
        ...Array.from({ length: count }, (_, index) => HOUR * (1 + (index % 2 === 0 ? spread : -spread))),
      );
    expect(loopsOf(around(3, 0))).toEqual([]);
    expect(loopsOf(around(4, 0.05))).toMatchObject([{ count: 4, spread: 0.05 }]);
    expect(loopsOf(around(4, 0.06))).toEqual([]);
    expect(loopsOf(around(6, 0.16))).toHaveLength(1);
    expect(loopsOf(around(6, 0.18))).toEqual([]);
    expect(loopsOf(around(8, 0.25))).toHaveLength(1);
    expect(loopsOf(around(50, 0.26))).toEqual([]);
  });

  it('is none where the runs are too short to reset the back-off, whose pace is as steady', () => {
    const turns = (ranMs: number): Turn[] =>
      Array.from({ length: 12 }, () => ({ ranMs, downMs: 300_000, backoffMs: 300_000 }));
    expect(loopsOf(turns(600_000))).toMatchObject([{ periodMs: 900_000 }]);
    expect(loopsOf(turns(599_999))).toEqual([]);
  });

  it('is cut out of a history that goes on otherwise, and says what ended the runs', () => {
    const turns = every(
      HOUR,
      9 * HOUR,
      3 * HOUR,
      3.1 * HOUR,
      3 * HOUR,
      2.9 * HOUR,
      3 * HOUR,
      3.05 * HOUR,
      40 * HOUR,
    );
    const [loop, ...others] = loopsOf(turns);
    expect(others).toEqual([]);
    expect(loop).toMatchObject({ count: 6, restarts: [2, 3, 4, 5, 6, 7] });
    expect(loop?.explanation).toContain('about 3 h, give or take 3 % (oom-killed 6)');
  });
});
