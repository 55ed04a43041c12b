import { mkdir } from 'node:fs/promises';
import { isSystemError } from './disk-error.ts';

/** For this user alone: what waits may tell of a cluster. */
const MODE = 0o700;

/** Makes a folder, and those above it, if it is not there. */
export async function makeFolder(path: string): Promise<void> {
  try {
    // First without those above: `recursive` says ENOENT where the truth is EROFS.
    await mkdir(path, { mode: MODE });
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'EEXIST' && error.code !== 'ENOENT')) throw error;
    if (error.code === 'ENOENT') await mkdir(path, { recursive: true, mode: MODE });
  }
}
