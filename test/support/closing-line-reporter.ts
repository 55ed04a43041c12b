import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with the line `N passed, N failed`, by which a run is judged, and holds CI to what it promises: there
 * every part that a test needs is present, so a skipped test is a failure.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      if (!module.ok() && [...module.children.allTests('failed')].length === 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') counts.skipped += 1;
        else counts[state] += 1;
        if (state === 'skipped' && process.env['CI'] !== undefined)
          console.log(`skipped in CI: ${test.fullName}`);
      }
    }
    counts.failed += unhandled.length;
    if (process.env['CI'] !== undefined && counts.skipped > 0) {
      console.log('In CI every test must run: a skipped one counts as failed.');
      counts.failed += counts.skipped;
      counts.skipped = 0;
      process.exitCode = 1;
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }
}
