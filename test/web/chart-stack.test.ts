import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSE_ORDER } from '../../timeline/render/cause-palette.ts';
import { changeOf, sayChange } from '../../web/chart/change.ts';
import { createCountScale, sayCount } from '../../web/chart/count-scale.ts';
import { fillOf, lookOfRank, patternId, texturedLooks } from '../../web/chart/look.ts';
import { keysOf, stackBin, totalOf } from '../../web/chart/stack.ts';

const bin = (counts: Readonly<Record<string, number>>) => ({
  fromMs: 0,
  toMs: 1,
  counts: new Map(Object.entries(counts)),
});

describe('a stack', () => {
  it('puts one layer upon the other, in the given order, and leaves out what is not there', () => {
    expect(stackBin(bin({ b: 2, a: 1, c: 0 }), ['a', 'b', 'c'])).toEqual([
      { key: 'a', count: 1, from: 0, to: 1 },
      { key: 'b', count: 2, from: 1, to: 3 },
    ]);
  });

  it('is as high as all of its layers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...CAUSE_ORDER), fc.nat(1000)), (counts) => {
        const layers = stackBin(bin(counts), CAUSE_ORDER);
        expect(layers.at(-1)?.to ?? 0).toBe(totalOf(bin(counts)));
      }),
    );
  });

  it('is of the kinds that occur: known ones in their order, then the others by name', () => {
    expect(keysOf([bin({ z: 1, b: 1 }), bin({ y: 2, a: 3, c: 0 })], ['c', 'b', 'a'])).toEqual([
      'b',
      'a',
      'y',
      'z',
    ]);
  });
});

describe('an axis of counts', () => {
  it('has few round lines, up to one that is not below the highest', () => {
    expect(createCountScale(0)).toEqual({ max: 1, ticks: [0, 1] });
    expect(createCountScale(3)).toEqual({ max: 3, ticks: [0, 1, 2, 3] });
    expect(createCountScale(47)).toEqual({ max: 60, ticks: [0, 20, 40, 60] });
    expect(createCountScale(325).ticks).toEqual([0, 100, 200, 300, 400]);
  });

  it('has whole numbers only, and never more than six lines', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), (highest) => {
        const { max, ticks } = createCountScale(highest);
        expect(max).toBeGreaterThanOrEqual(highest);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.every(Number.isInteger)).toBe(true);
      }),
    );
  });

  it.each([
    [950, '950'],
    [1200, '1.2k'],
    [35_000, '35k'],
    [999_600, '1M'],
    [4_100_000, '4.1M'],
  ])('writes %i as %s', (count, text) => {
    expect(sayCount(count)).toBe(text);
  });
});

describe('a change', () => {
  it('says how much more or fewer, and what part that is', () => {
    expect(changeOf(48, 36)).toEqual({ text: '+12', percent: '+33 %', direction: 'more' });
    expect(changeOf(27, 36)).toEqual({ text: '−9', percent: '−25 %', direction: 'fewer' });
    expect(changeOf(5, 5)).toEqual({ text: 'same', percent: '', direction: 'same' });
  });

  it('says how many times as much where a part would be absurd, and nothing where there was nothing', () => {
    expect(changeOf(480, 20).percent).toBe('×24');
    expect(changeOf(3, 0)).toEqual({ text: '+3', percent: '', direction: 'more' });
  });

  it('names what was before', () => {
    expect(sayChange(2000, 500, (amount) => `${amount} ms`)).toBe('+1500 ms (before: 500 ms)');
    expect(sayChange(2, 2)).toBe('as before');
    expect(sayChange(2, undefined)).toBeUndefined();
  });
});

describe('the look of a series', () => {
  it('differs for each of 24, and has a pattern on the page wherever it has a texture', () => {
    const looks = Array.from({ length: 24 }, (_, rank) => lookOfRank(rank));
    expect(new Set(looks.map(fillOf)).size).toBe(24);
    const patterns = new Set(texturedLooks().map(patternId));
    for (const look of looks.filter(({ texture }) => texture !== 'plain'))
      expect(patterns).toContain(patternId(look));
  });
});
