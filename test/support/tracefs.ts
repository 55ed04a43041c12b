// The kernel's real tracing file system for tests, mounted where nothing else is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Tracefs {
  readonly path: string;
  unmount(): void;
}

/** @throws Error where this is not root, or the kernel has none */
export function mountTracefs(): Tracefs {
  const path = mkdtempSync(join(tmpdir(), 'podlapse-tracefs-'));
  try {
    execFileSync('mount', ['-t', 'tracefs', 'tracefs', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    unmount() {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}

/**
 * What this machine lacks to trace signals, as a sentence for a skipped test; undefined if nothing. On CI a lack is a
 * fault.
 *
 * @throws Error on CI
 */
export function missingForTracefs(onCi = process.env['CI'] !== undefined): string | undefined {
  try {
    mountTracefs().unmount();
    return undefined;
  } catch (error) {
    const problem = `the kernel's tracing file system cannot be mounted (${String(error).trim()})`;
    if (onCi) throw new Error(`the tests with the kernel's signals cannot run: ${problem}`, { cause: error });
    return problem;
  }
}
