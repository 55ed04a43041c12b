import { FRAME_HEAD_BYTES, frameAt, seal } from './frame.ts';

/**
 * What a segment is made of. The numbers are the format: none is ever used for something else.
 * - `header`: the first of each segment, says what it follows.
 * - `event`: an event as JSON; its number counts the events of the log.
 * - `cursor`: everything up to its number was delivered.
 * - `dropped`: what was dropped of the segments before, for want of room.
 */
const KINDS = { header: 1, event: 2, cursor: 3, dropped: 4 } as const;
export type RecordKind = keyof typeof KINDS;

/** Kind (one byte) and number (six) before the text. */
const PREFIX_BYTES = 7;
/** What a record takes beside its text. */
export const RECORD_OVERHEAD = FRAME_HEAD_BYTES + PREFIX_BYTES;

export interface SpoolRecord {
  /** Undefined for one of a later format, which is passed over. */
  readonly kind: RecordKind | undefined;
  readonly number: number;
  readonly body: Buffer;
  /** Where it ends in the bytes that it was read from. */
  readonly end: number;
}

/** A record as it stands in a segment. */
export function encodeRecord(kind: RecordKind, number: number, text: string): Buffer {
  const record = Buffer.allocUnsafe(RECORD_OVERHEAD + Buffer.byteLength(text));
  writeRecord(record, kind, number, text);
  return record;
}

/** Writes a record into `record`, which it fills. */
export function writeRecord(record: Buffer, kind: RecordKind, number: number, text: string): void {
  record.writeUInt8(KINDS[kind], FRAME_HEAD_BYTES);
  record.writeUIntLE(number, FRAME_HEAD_BYTES + 1, 6);
  record.write(text, RECORD_OVERHEAD, 'utf8');
  seal(record);
}

/** The record at `offset`; undefined where there is no whole one. */
export function recordAt(bytes: Buffer, offset: number): SpoolRecord | undefined {
  const frame = frameAt(bytes, offset);
  if (frame === undefined || frame.body.length < PREFIX_BYTES) return undefined;
  const code = frame.body.readUInt8(0);
  const kind = (Object.keys(KINDS) as RecordKind[]).find((name) => KINDS[name] === code);
  return { kind, number: frame.body.readUIntLE(1, 6), body: frame.body, end: frame.end };
}

/** The records from `offset` on, up to the first that is not whole. */
export function* recordsOf(bytes: Buffer, offset = 0): Generator<SpoolRecord, void, undefined> {
  for (let record = recordAt(bytes, offset); record !== undefined; record = recordAt(bytes, record.end)) {
    yield record;
  }
}

/** The text of a record. */
export function textOf({ body }: SpoolRecord): string {
  return body.toString('utf8', PREFIX_BYTES);
}
