import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { timestamp } from '../../timeline/contract/primitives.ts';
import { linesOf } from '../lines.ts';
import type { Observation } from '../observation.ts';
import { isRaw } from '../trim/readers.ts';
import { RecordingError } from './recording-error.ts';

/** An object in etcd has 1.5 MB at most; as JSON in a frame it can be a few times that. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const SOURCES: readonly Observation['source'][] = ['pod', 'event', 'docker', 'cri', 'log', 'agent'];

export interface RecordedLine {
  readonly observation: Observation;
  readonly text: string;
}

/**
 * Reads a recording, plain or (by its name) gzip, line by line.
 *
 * @throws RecordingError that names the line
 */
export async function* readRecording(path: string): AsyncGenerator<RecordedLine, void, undefined> {
  const file = createReadStream(path);
  const bytes = path.endsWith('.gz') ? inflated(file) : file;
  try {
    for await (const line of linesOf(bytes, MAX_LINE_BYTES)) {
      const wrong = (why: string) => new RecordingError(`${path}, line ${line.number}: ${why}`);
      if ('tooLong' in line) throw wrong(`is longer than ${MAX_LINE_BYTES} bytes`);
      yield { observation: parseObservation(line.text, wrong), text: line.text };
    }
  } catch (cause) {
    if (cause instanceof RecordingError || !(cause instanceof Error) || !('code' in cause)) throw cause;
    // Of the file system (ENOENT, EACCES) or of the decompressor (Z_DATA_ERROR, Z_BUF_ERROR for a torn end).
    throw new RecordingError(`cannot read the recording ${path}: ${cause.message}`, { cause });
  }
}

/** An error of the file comes out of the stream that is read, so the pipeline's own word on it is not needed. */
function inflated(file: Readable): AsyncIterable<Uint8Array> {
  return pipeline(file, createGunzip(), () => {});
}

function parseObservation(text: string, wrong: (why: string) => RecordingError): Observation {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw wrong(`is no JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  if (!isRaw(line)) throw wrong('is no JSON object');
  const { at, raw } = line;
  const source = SOURCES.find((one) => one === line['source']);
  if (typeof at !== 'string' || !timestamp.safeParse(at).success) {
    throw wrong('"at" is no RFC 3339 time in UTC');
  }
  if (source === undefined) throw wrong(`"source" is none of ${SOURCES.join(', ')}`);
  if (!isRaw(raw)) throw wrong('"raw" is no object');
  return { at, source, raw };
}
