// Bundles the program into dist/cli (or the folder named as the argument): `podlapse.mjs` and what it starts,
// `replay.mjs`, which plays recordings, and `client.mjs` with its types, for TypeScript users.
import { execFile } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { lazyBuiltins, REQUIRE_BANNER } from './esbuild-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The entry only turns the compile cache on, which works for what is loaded after it.
 * @type {import('esbuild').Plugin}
 */
const startApart = {
  name: 'start-apart',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\/start\.ts$/ }, () => ({ path: './start.mjs', external: true }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  outExtension: { '.js': '.mjs' },
};

/**
 * @param {string} outdir
 * @returns {Promise<{ entry: string, client: string, replay: string }>}
 */
export async function bundleCli(outdir) {
  await rm(outdir, { recursive: true, force: true });
  // The program is one file: to find and read one for each command takes longer than to pass over what is not called.
  await build({
    ...COMMON,
    entryPoints: { start: 'cli/start.ts' },
    outdir,
    keepNames: false,
    plugins: [lazyBuiltins],
  });
  await build({
    ...COMMON,
    entryPoints: { podlapse: 'cli/main.ts' },
    outdir,
    plugins: [lazyBuiltins, startApart],
  });
  await build({
    ...COMMON,
    entryPoints: { replay: 'agent/replay.ts' },
    outdir,
    plugins: [lazyBuiltins],
    banner: { js: REQUIRE_BANNER },
  });
  await build({
    ...COMMON,
    entryPoints: { client: 'cli/client/public.ts' },
    outdir,
    platform: 'neutral',
    minify: false,
  });
  const entry = `${outdir}/podlapse.mjs`;
  await chmod(entry, 0o755);
  return { entry, client: `${outdir}/client.mjs`, replay: `${outdir}/replay.mjs` };
}

/** Writes the types of the client beside it, in `types/`. @param {string} outdir */
export async function writeClientTypes(outdir) {
  await promisify(execFile)(
    process.execPath,
    [
      `${root}node_modules/typescript/bin/tsc`,
      '--declaration',
      '--emitDeclarationOnly',
      '--noEmit',
      'false',
      '--outDir',
      `${outdir}/types`,
      '--rootDir',
      root,
      '--project',
      `${root}cli/client/tsconfig.types.json`,
    ],
    { cwd: root },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = process.argv[2] ?? `${root}dist/cli`;
  await bundleCli(outdir);
  await writeClientTypes(outdir);
}
