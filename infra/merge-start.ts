import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/**
 * Makes one file of all that a function reads when it starts. esbuild gives each part that the start shares with
 * something loaded on demand a file of its own; that makes dozens, and Node takes longer to find and open them than to
 * compile them. What was shared leads to the one file, so that nothing is there twice.
 *
 * @param folder what esbuild wrote, with `splitting`, whose entry is `index.mjs`
 */
export async function mergeStart(folder: string, metafile: Metafile): Promise<void> {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const start = new Set<string>();
  const visit = (name: string): void => {
    if (start.has(name)) return;
    start.add(name);
    for (const { kind, path } of outputs.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && outputs.has(basename(path))) visit(basename(path));
    }
  };
  visit('index.mjs');
  start.delete('index.mjs');
  const parts = [...start].map((name, index) => ({
    name,
    names: (outputs.get(name)?.exports ?? []).map((own) => ({ own, common: `p${index}_${own}` })),
  }));

  await build({
    stdin: {
      contents: [
        'export * from "./index.mjs";',
        ...parts.map(
          ({ name, names }) =>
            `export { ${names.map(({ own, common }) => `${own} as ${common}`).join(', ')} } from "./${name}";`,
        ),
      ].join('\n'),
      resolveDir: folder,
      sourcefile: 'start.mjs',
    },
    outfile: join(folder, 'index.mjs'),
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [
      {
        name: 'on-demand',
        setup: (plugin) => {
          plugin.onResolve({ filter: /\.mjs$/ }, ({ path }) =>
            path === './index.mjs' || start.has(basename(path)) ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  await Promise.all(
    parts.map(({ name, names }) => {
      const list = names.map(({ own, common }) => `${common} as ${own}`).join(',');
      return writeFile(join(folder, name), `export{${list}}from"./index.mjs";\n`);
    }),
  );
}
