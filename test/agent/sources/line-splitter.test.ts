import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../agent/sources/line-splitter.ts';
import { WatchFrameError } from '../../../agent/sources/watch-frame.ts';

function split(splitter: LineSplitter, ...chunks: Uint8Array[]): string[] {
  return chunks.flatMap((chunk) => Array.from(splitter.push(chunk)));
}

test('lines stay what they are, wherever the network cuts them', () => {
  const line = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 7 })), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const chunks: Buffer[] = [];
      let start = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(start, start + cut));
        start += cut;
      }
      chunks.push(bytes.subarray(start));

      expect(split(new LineSplitter(1_000_000), ...chunks)).toEqual(lines.map((text) => text.toWellFormed()));
    }),
  );
});

test('only a line feed ends a line', () => {
  const text = 'a\u2028b\u0085c\rd\u000be';
  expect(split(new LineSplitter(100), Buffer.from(`${text}\n`))).toEqual([text]);
});

test('empty lines, and a last one without an end, are left out', () => {
  expect(split(new LineSplitter(100), Buffer.from('\n\n{"a":1}\n\n{"b":'))).toEqual(['{"a":1}']);
});

test('a line that grows over the cap is refused before its end is seen', () => {
  const splitter = new LineSplitter(10);
  expect(split(splitter, Buffer.from('0123456789\n012345'))).toEqual(['0123456789']);
  expect(() => split(splitter, Buffer.from('67890'))).toThrow(
    new WatchFrameError('frame-too-large', 'a watch frame is longer than 10 bytes; no Kubernetes object is'),
  );
});
