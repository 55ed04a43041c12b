import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleApi } from '../infra/bundle.ts';
import type { Bench } from './bench.ts';

const NAME = 'lambda-bundle-kb';
const ALL = 'lambda-bundle-kb-all';

/**
 * The API's bundle, minified: what a cold start reads; and all of it, with what is loaded when it is first asked for, each
 * route's own code, text and pictures, OpenAPI and its page, and ServiceAccount tokens. The page's files, which are not
 * loaded but sent, are not counted.
 */
export const lambdaBundle: Bench = {
  names: [NAME, ALL],
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'podlapse-bench-bundle-'));
    try {
      await bundleApi(folder);
      const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
      const texts = new Map(
        await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
      );
      const atStart = readAtStart(texts);
      const kb = (some: readonly string[]) =>
        some.reduce((sum, name) => sum + (texts.get(name)?.length ?? 0), 0) / 1024;
      const common = { unit: 'KiB', better: 'lower' } as const;
      return [
        { name: NAME, value: kb([...atStart]), goal: 620, ...common },
        { name: ALL, value: kb(names), goal: 620, ...common },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The entry point and all that it imports at once, directly or through another. */
function readAtStart(texts: ReadonlyMap<string, Buffer>): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const text = texts.get(name)?.toString() ?? '';
    for (const [, next = ''] of text.matchAll(/(?:\bfrom|\bimport)"\.\/([^"]+\.mjs)"/g)) visit(next);
  };
  visit('index.mjs');
  return reached;
}
