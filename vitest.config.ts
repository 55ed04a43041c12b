import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { seedOfTree } from './test/support/seed-of-tree.ts';

const { CI, PODLAPSE_TEST_SEED } = process.env;
/** Elsewhere each run draws its own, and finds more. */
const seed = PODLAPSE_TEST_SEED ?? (CI === undefined ? undefined : seedOfTree(import.meta.dirname));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/support/property-seed.ts'],
    ...(seed === undefined ? {} : { env: { PODLAPSE_TEST_SEED: seed } }),
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Tests with real parts mostly wait for them.
    maxWorkers: Math.max(3, availableParallelism()),
    // What hangs ends; a test is not failed for a machine that is slow.
    testTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
  },
});
