import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Bundle {
  /** The folder with `index.mjs`, whose export `handler` is the function. */
  readonly folder: string;
  /** All source files in it. */
  readonly inputs: readonly string[];
}

/**
 * Bundles the Lambda function into a folder of its own, which is emptied before: what is loaded only on demand (OpenAPI) is a file of its own, so that
 * a cold start does not read it.
 */
export async function bundleApi(folder: string): Promise<Bundle> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { index: fileURLToPath(new URL('../functions/lambda.ts', import.meta.url)) },
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
    // CommonJS inside an ES module still calls `require` for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return { folder, inputs: Object.keys(metafile.inputs) };
}
