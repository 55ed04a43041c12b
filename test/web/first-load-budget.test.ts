import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstLoadBudget, gzippedKb } from '../../web/build/first-load-budget.ts';

describe('the budget of the page', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'podlapse-budget-'));
    await writeFile(join(root, 'index.html'), '<script type="module" src="./main.js"></script>');
    const text = Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 10_007).join(' ');
    await writeFile(join(root, 'main.js'), `document.title = '${text}';`);
  });
  afterAll(() => rm(root, { recursive: true }));

  const buildWithin = (limitKb: number) =>
    build({ root, configFile: false, logLevel: 'silent', plugins: [firstLoadBudget(limitKb)] });

  it('fails the build of what is too large, and says what weighs how much', async () => {
    await expect(buildWithin(3)).rejects.toThrow(
      /the page weighs \d+\.\d KB gzipped, more than its budget of 3 KB: assets\/index-.*\.js \d+\.\d KB/,
    );
  });

  it('lets pass what is within', async () => {
    await expect(buildWithin(60)).resolves.toBeDefined();
  });

  it('counts each file compressed by itself', () => {
    const file = 'podlapse '.repeat(1_000);
    expect(gzippedKb([file, file])).toBeCloseTo(2 * gzippedKb([file]), 5);
    expect(gzippedKb([file])).toBeLessThan(0.2);
  });
});
