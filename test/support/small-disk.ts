// A file system of its own with a size, so that a disk can really be full or read-only.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

let missing: string | undefined | null = null;

/** What this machine lacks to mount one, as a sentence for a skipped test; undefined if nothing. */
export function missingForSmallDisk(onCi = process.env['CI'] !== undefined): string | undefined {
  if (missing === null) missing = tryMount();
  if (missing !== undefined && onCi) throw new Error(`the tests with a full disk cannot run: ${missing}`);
  return missing;
}

function tryMount(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'to mount a small disk needs root on Linux';
  const path = mkdtempSync(join(tmpdir(), 'podlapse-mount-'));
  try {
    mount('size=64k', path);
    execFileSync('umount', [path], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'this machine does not let root mount a tmpfs';
  } finally {
    rmSync(path, { recursive: true });
  }
}

export interface SmallDisk {
  readonly path: string;
  readOnly(): void;
  writable(): void;
}

/** Mounts one; it is gone when the test has ended. */
export function aSmallDisk(size: string): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'podlapse-small-disk-'));
  mount(`size=${size}`, path);
  onTestFinished(() => {
    // Lazily: a process that was killed just now may still hold a file.
    execFileSync('umount', ['--lazy', path], { stdio: 'ignore' });
    rmSync(path, { recursive: true });
  });
  return {
    path,
    readOnly: () => mount('remount,ro', path),
    writable: () => mount('remount,rw', path),
  };
}

function mount(options: string, path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
}
