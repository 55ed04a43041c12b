import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPatterns } from '../../../agent/logs/read-patterns.ts';

async function aFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-patterns-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'patterns');
  await writeFile(path, text);
  return path;
}

describe('the file with the operator’s patterns', () => {
  it('has one in each line, beside comments and empty lines', async () => {
    const path = await aFile('# cards\n\\d{4}-\\d{4}\r\n\nacct_\\w+\n');
    expect(await readPatterns(path)).toEqual([/\d{4}-\d{4}/gu, /acct_\w+/gu]);
  });

  it.each([
    ['ok\n(', /line 2 is no regular expression/],
    ['a'.repeat(1_001), /line 1 is longer than 1000 characters: split it/],
    ['a\n'.repeat(101), /has more than 100 patterns: join some with \|/],
  ])('is refused with the reason when it is as %j', async (text, error) => {
    await expect(readPatterns(await aFile(text))).rejects.toThrow(error);
  });

  it('is refused when it is not there', async () => {
    await expect(readPatterns('/nowhere/patterns')).rejects.toThrow('cannot read --log-redact-file: ENOENT');
  });
});
