// Bundles the agent into dist/agent (or the folder named as the argument): what its image runs, with nothing else beside Node.
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lazyBuiltins, REQUIRE_BANNER } from './esbuild-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} outdir
 * @returns {Promise<{ entry: string, bytes: Record<string, number> }>} the program, and the size of each file
 */
export async function bundleAgent(outdir) {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { agent: 'agent/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported later is a file of its own: the Kubernetes library is read only where there is a kubeconfig.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    plugins: [lazyBuiltins],
    metafile: true,
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
  });
  const bytes = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { bytes: size }]) => [path.split('/').at(-1), size]),
  );
  return { entry: `${outdir}/agent.mjs`, bytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bytes } = await bundleAgent(process.argv[2] ?? `${root}dist/agent`);
  console.log(bytes);
}
