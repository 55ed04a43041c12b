import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureWebBuilt } from '../scripts/ensure-web-built.mjs';
import { gzippedKb } from '../web/build/first-load-budget.ts';
import type { Bench } from './bench.ts';

const NAME = 'page-first-load-kb';

/** The page as it is built, every file of every view gzipped: more than any one look at it fetches. */
export const pageFirstLoad: Bench = {
  names: [NAME],
  async run() {
    const folder = ensureWebBuilt();
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => readFile(join(entry.parentPath, entry.name))),
    );
    return [{ name: NAME, value: gzippedKb(files), unit: 'KB', goal: 60, better: 'lower' }];
  },
};
