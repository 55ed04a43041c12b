import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RecordedEvent } from '../../timeline/contract/event.ts';

const compress = promisify(gzip);

/** A batch as it is sent: one event a line (NDJSON), gzip. */
export async function encodeBatch(events: readonly RecordedEvent[]): Promise<Buffer> {
  return compress(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
