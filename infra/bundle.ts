import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { leaveOut } from './leave-out.ts';
import { mergeStart } from './merge-start.ts';

export interface Bundle {
  /** The folder with `index.mjs`, whose export `handler` is the function. */
  readonly folder: string;
  /** All source files in it. */
  readonly inputs: readonly string[];
}

/** The functions that can be bundled, by their files in `functions/`. */
export type Entry = 'lambda' | 'silence' | 'archive' | 'notify';

/** CommonJS inside an ES module still calls `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Bundles the API into a folder of its own, which is emptied before. */
export function bundleApi(folder: string): Promise<Bundle> {
  return bundleFunction('lambda', folder);
}

/** Bundles one of the functions into a folder of its own, which is emptied before. */
export function bundleFunction(entry: Entry, folder: string): Promise<Bundle> {
  return bundleFile(fileURLToPath(new URL(`../functions/${entry}.ts`, import.meta.url)), folder);
}

/**
 * Bundles a function: one file of all that it reads when it starts, and others for what it loads only on demand, so that
 * a cold start does not read that.
 *
 * @param file its source
 */
export async function bundleFile(file: string, folder: string): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { index: file },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [leaveOut],
    banner: { js: REQUIRE },
  });
  await mergeStart(folder, metafile);
  await withoutIdleBanners(folder);
  return { folder, inputs: Object.keys(metafile.inputs) };
}

/** Most files hold no CommonJS. The banner's line stays, empty, so that the source maps stay right. */
async function withoutIdleBanners(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const code = text.slice(REQUIRE.length);
      if (text.startsWith(REQUIRE) && !/\brequire\b/.test(code)) await writeFile(join(folder, name), code);
    }),
  );
}
