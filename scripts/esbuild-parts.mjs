// What the bundles of the agent and of the command line have in common.

/**
 * An `import` of one of Node's modules reads all that the module exports, and some of it is loaded only then: undici
 * with node:http's WebSocket (8 MiB), Web Crypto with node:crypto. Asked for by `getBuiltinModule`, an export is read
 * where it is used.
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(bundling) {
    bundling.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'lazy-builtins' }));
    bundling.onLoad({ filter: /./, namespace: 'lazy-builtins' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** CommonJS inside a bundle asks for Node's own modules by `require`, which an ES module has not. */
export const REQUIRE_BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";
