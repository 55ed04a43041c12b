import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests that bring a lab up: `npm run test:lab`. They take minutes and root, so `npm test` leaves them out. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/lab/**/*.live.ts'],
    // Two labs at once would only make each other slow.
    fileParallelism: false,
    testTimeout: 120_000,
    // Where the lab's programs are not built yet, that takes some ten minutes on two cores.
    hookTimeout: 1_800_000,
  },
});
