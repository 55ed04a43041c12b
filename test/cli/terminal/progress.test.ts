import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../cli/terminal/progress.ts';

function aSink(isTerminal: boolean) {
  const written: string[] = [];
  return {
    written,
    sink: { isTerminal, columns: undefined, write: (text: string) => void written.push(text) },
  };
}

describe('progress', () => {
  it('is told on one line, which is wiped before anything else is written', () => {
    const { written, sink } = aSink(true);
    const progress = createProgress(sink);
    progress.say('1000 read ...');
    progress.say('2000 read ...');
    progress.wipe();
    progress.wipe();
    expect(written).toEqual(['\r\u001b[K1000 read ...', '\r\u001b[K2000 read ...', '\r\u001b[K']);
  });

  it('is not told where nobody looks on', () => {
    const { written, sink } = aSink(false);
    const progress = createProgress(sink);
    progress.say('1000 read ...');
    progress.wipe();
    expect(written).toEqual([]);
  });
});
