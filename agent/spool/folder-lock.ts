import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { isSystemError } from './disk-error.ts';
import { makeFolder } from './make-folder.ts';

/** Another process uses the folder. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
}

export interface FolderLock {
  release(): Promise<void>;
}

/** What a socket's path can hold on the systems that we run on (`unix(7)`: 108 bytes; macOS: 104), with its end. */
const MAX_PATH_BYTES = 103;
const NAME = 'lock.sock';

/**
 * Takes a folder for this process alone. The lock is a socket that listens: the system lets go of it when the process
 * ends, however it ends, and it holds across containers that share the folder, where process IDs say nothing.
 *
 * @throws SpoolInUseError
 * @throws the system's error where no socket can be made
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await makeFolder(folder);
  const path = shortPath(join(folder, NAME));
  for (let attempt = 0; ; attempt += 1) {
    try {
      const server = await listen(path);
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EADDRINUSE') throw error;
      if (attempt > 0 || (await answers(path))) {
        throw new SpoolInUseError(
          `another agent uses the spool at ${folder}: stop it, or give this one another --spool-dir`,
        );
      }
      // Left behind by one that was killed.
      await rm(path, { force: true });
    }
  }
}

function shortPath(path: string): string {
  const fromHere = relative('.', path);
  const shorter = Buffer.byteLength(fromHere) < Buffer.byteLength(path) ? fromHere : path;
  if (Buffer.byteLength(shorter) > MAX_PATH_BYTES) {
    throw new SpoolInUseError(
      `the path of --spool-dir is too long to be locked: give one that is shorter than ${path}`,
    );
  }
  return shorter;
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Whoever asks whether we are here is answered by being let in.
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
