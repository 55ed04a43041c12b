import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFile } from '../../infra/bundle.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-merge-'));
  const source = {
    'index.ts': `
      import { Counter } from './counter.ts';
      export const counter = new Counter();
      export const handler = async () => (await import('./rare.ts')).add(counter);
      export const other = async () => (await import('./rarer.ts')).isOurs(counter);`,
    'counter.ts': `
      import { first } from './shared.ts';
      export class Counter { value = first(); }`,
    'shared.ts': 'export let calls = 0; export const first = () => ((calls += 1), 1);',
    'rare.ts': `
      import { Counter } from './counter.ts';
      import { calls, first } from './shared.ts';
      export const add = (counter: Counter) => [counter instanceof Counter, counter.value + first(), calls];`,
    'rarer.ts': `
      import { Counter } from './counter.ts';
      export const isOurs = (counter: unknown) => counter instanceof Counter;`,
  };
  for (const [name, text] of Object.entries(source)) await writeFile(join(folder, name), text);
  await bundleFile(join(folder, 'index.ts'), join(folder, 'out'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the start of a bundle', () => {
  it('is one file, with a source map, and does not hold what is loaded on demand', async () => {
    const text = await readFile(join(folder, 'out/index.mjs'), 'utf8');
    expect(text).not.toMatch(/(?:\bfrom|\bimport)"\.\//);
    expect(text).toMatch(/import\("\.\/rare-/);
    const map = JSON.parse(await readFile(join(folder, 'out/index.mjs.map'), 'utf8'));
    expect(map.sources.some((path: string) => path.endsWith('counter.ts'))).toBe(true);
    expect(map.sources.some((path: string) => path.endsWith('rare.ts'))).toBe(false);
  });

  it('shares with what is loaded on demand: classes are the same, and variables live', async () => {
    const bundle = await import(pathToFileURL(join(folder, 'out/index.mjs')).href);
    expect(await bundle.handler()).toEqual([true, 2, 2]);
    expect(await bundle.other()).toBe(true);
    expect((await readdir(join(folder, 'out'))).some((name) => name.startsWith('chunk-'))).toBe(true);
  });
});
