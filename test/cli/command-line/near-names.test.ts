import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearNames } from '../../../cli/command-line/near-names.ts';

describe('names that were perhaps meant', () => {
  it('are those that begin so, hold it, or differ by little, nearest first', () => {
    const there = ['web-7d4b9c-x2x1p', 'wbe', 'my-web-1', 'db-0', 'api'];
    expect(nearNames('web', there)).toEqual(['web-7d4b9c-x2x1p', 'my-web-1', 'wbe']);
    expect(nearNames('db-1', there)).toEqual(['db-0']);
    expect(nearNames('nothing', there)).toEqual([]);
  });

  it('stand in a question, or nowhere', () => {
    expect(didYouMean('restart', ['restarts', 'report'])).toBe(' Did you mean restarts?');
    expect(didYouMean('x', ['restarts'])).toBe('');
  });
});

describe('the distance of two names', () => {
  const names = fc.string({ maxLength: 8 });

  it('is a metric but for swaps: none from itself, the same both ways, at most the longer length', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('is one for each letter put in, left out, changed, or swapped with the next', () => {
    expect(
      ['tmeline', 'timelinee', 'timelone', 'tiemline'].map((name) => editDistance('timeline', name)),
    ).toEqual([1, 1, 1, 1]);
  });
});
