import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstLoadBudget } from './build/first-load-budget.ts';

/** Contract: the first load weighs at most so much, gzipped, all of it. */
const FIRST_LOAD_KB = 60;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [firstLoadBudget(FIRST_LOAD_KB)],
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The first with light-dark(), all of the first half of 2024.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A file of its own is cached for ever under its hashed name; within the page, the policy would not allow it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
