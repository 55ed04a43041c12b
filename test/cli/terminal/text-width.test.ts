import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToWidth, printable, textWidth } from '../../../cli/terminal/text-width.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '\u001b[2J\u001b[31mred',
    '\u202Eevil\u2069',
    'a\r\nb\u0007',
    '\u009b31m',
    '\ud800',
    '界界界',
    '👩‍👩‍👧',
  ),
);
/** What a terminal acts on, or what reorders or hides what is read. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('a foreign text', () => {
  it('has nothing left that a terminal acts on, whatever it was', () => {
    fc.assert(
      fc.property(text, (foreign) => {
        expect(printable(foreign)).not.toMatch(HARMFUL);
      }),
    );
    expect(printable('web-7d4b9c')).toBe('web-7d4b9c');
  });

  it('is cut to what fits, between characters, and only if it must be', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (foreign, width) => {
        const shown = printable(foreign);
        const cut = cutToWidth(shown, width);
        expect(textWidth(cut)).toBeLessThanOrEqual(width);
        expect(cut.isWellFormed()).toBe(true);
        if (textWidth(shown) <= width) expect(cut).toBe(shown);
        else expect(shown.startsWith(cut.replace(/…$/, ''))).toBe(true);
      }),
    );
  });

  it('is as wide as its parts together', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [left, right] = [printable(a), printable(b)];
        expect(textWidth(left + right)).toBe(textWidth(left) + textWidth(right));
      }),
    );
  });

  it.each([
    ['web-0', 5],
    ['', 0],
    ['界', 2],
    ['ｗｅｂ', 6],
    ['한국', 4],
    ['e\u0301', 1],
    ['🚀', 2],
    ['…', 1],
  ])('takes the columns that terminals give it: %s', (shown, width) => {
    expect(textWidth(shown)).toBe(width);
  });
});
