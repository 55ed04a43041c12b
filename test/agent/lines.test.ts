import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, linesOf } from '../../agent/lines.ts';

async function linesIn(chunks: readonly Uint8Array[], maxLineBytes = 1_000): Promise<Line[]> {
  return Array.fromAsync(
    linesOf(
      (async function* () {
        yield* chunks;
      })(),
      maxLineBytes,
    ),
  );
}

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('lines', () => {
  test('are cut at \\n only, numbered from 1, and empty ones are left out', async () => {
    expect(await linesIn([bytes('a\r\n\nb\u2028c\nd')])).toEqual([
      { number: 1, text: 'a\r', terminated: true },
      { number: 3, text: 'b\u2028c', terminated: true },
      { number: 4, text: 'd', terminated: false },
    ]);
  });

  test('that are too long are passed over, and the next one is whole', async () => {
    expect(await linesIn([bytes('12345'), bytes('6789\n'), bytes('ok\n')], 8)).toEqual([
      { number: 1, tooLong: true },
      { number: 2, text: 'ok', terminated: true },
    ]);
  });

  test('are the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(fc.nat({ max: 200 })),
        async (parts, cuts) => {
          const all = bytes(parts.join('\n'));
          const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
          const chunks = at.slice(1).map((end, index) => all.subarray(at[index], end));

          expect(await linesIn(chunks)).toEqual(await linesIn([all]));
        },
      ),
    );
  });
});
