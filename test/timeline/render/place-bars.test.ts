import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeBars, placeMarks, titleOf, toneOf } from '../../../timeline/render/place-bars.ts';
import type { BarTone, LaneBar } from '../../../timeline/render/pod-lanes.ts';

const bar = (fromMs: number | null, toMs: number | null, tone: BarTone = 'failed'): LaneBar => ({
  fromMs,
  toMs,
  tone,
  text: tone,
  title: `${tone} from ${fromMs}`,
  index: 0,
});
/** A pixel is a second; what is drawn is from 100 to 200. */
const plot = { x: (ms: number) => ms / 1000, left: 100, right: 200 };

describe('placing bars', () => {
  it('draws what lies within, cuts what reaches out, and leaves out the rest', () => {
    const bars = [
      bar(0, 90_000),
      bar(90_000, 120_000),
      bar(130_000, null),
      bar(210_000, 220_000),
      bar(null, 1),
    ];
    expect(placeBars(bars, plot).map(({ x, width }) => [x, width])).toEqual([
      [100, 20],
      [130, 70],
    ]);
  });

  it('merges neighbours too short to be seen, says how many they are, and shows the worst', () => {
    const bars = [
      bar(110_000, 110_100, 'completed'),
      bar(110_500, 110_600, 'failed'),
      bar(111_000, 111_100, 'completed'),
      bar(120_000, 150_000, 'running'),
    ];
    const [merged, alone, ...others] = placeBars(bars, plot);
    expect(others).toEqual([]);
    expect(titleOf(merged!)).toBe('3 too short to draw apart: 1 failed, 2 completed');
    expect(toneOf(merged!)).toBe('failed');
    expect(titleOf(alone!)).toBe('running from 120000');
  });

  it('never draws more than there are pixels for, and stands for every bar that lies within', () => {
    const runs = fc
      .array(
        fc.record({ wait: fc.integer({ min: 1, max: 3_000 }), length: fc.integer({ min: 0, max: 5_000 }) }),
      )
      .map((lengths) => {
        let at = 100_000;
        return lengths.map(({ wait, length }) => {
          at += wait;
          const from = at;
          at += length;
          return bar(from, at);
        });
      });
    fc.assert(
      fc.property(runs, (bars) => {
        const placed = placeBars(bars, plot);
        expect(placed.length).toBeLessThanOrEqual(100);
        expect(placed.flatMap((one) => one.bars)).toEqual(bars.filter(({ fromMs }) => fromMs! <= 200_000));
        for (const [index, { x }] of placed.entries()) {
          const before = placed[index - 1];
          if (before !== undefined) expect(x).toBeGreaterThanOrEqual(before.x);
        }
      }),
    );
  });
});

describe('placing marks', () => {
  it('joins those that would overlap with the first of them', () => {
    const placed = placeMarks([110_000, 112_000, 119_000, 130_000, 99_000, null], (at) => at, plot, 10);
    expect(placed).toEqual([
      { x: 110, items: [110_000, 112_000, 119_000] },
      { x: 130, items: [130_000] },
    ]);
  });
});
