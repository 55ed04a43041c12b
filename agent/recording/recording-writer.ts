import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Observe } from '../observation.ts';
import { RecordingError } from './recording-error.ts';

export interface RecordingWriter {
  /** Resolves when the line is handed to the file (or its compressor). */
  readonly observe: Observe;
  /** Writes what is still held and closes the file. */
  close(): Promise<void>;
}

/**
 * Begins a recording: one observation a line, gzip if the name ends in `.gz`. Only its owner can read the file, since
 * it holds all that a cluster tells.
 *
 * @throws RecordingError if there is a file of that name, or none can be made
 */
export async function createRecordingWriter(path: string): Promise<RecordingWriter> {
  const handle = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EEXIST' ? 'there is a file of that name; give another, or remove it' : cause.message;
    throw new RecordingError(`cannot record to ${path}: ${why}`, { cause });
  });
  const file = createWriteStream(path, { fd: handle });
  const written = finished(file);
  const target: Writable = path.endsWith('.gz') ? createGzip() : file;
  if (target !== file) target.pipe(file);
  // Told to whoever writes next, and to `close`.
  let broken: RecordingError | undefined;
  written.catch((cause: Error) => {
    broken = new RecordingError(`cannot go on recording to ${path}: ${cause.message}`, { cause });
    target.destroy();
  });

  return {
    observe: (observation) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) {
          reject(broken);
          return;
        }
        target.write(`${JSON.stringify(observation)}\n`, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(broken ?? new RecordingError(`cannot go on recording to ${path}: ${error.message}`));
        });
      }),
    async close() {
      target.end();
      try {
        await written;
      } catch (cause) {
        throw broken ?? new RecordingError(`cannot finish the recording ${path}`, { cause });
      }
    },
  };
}
