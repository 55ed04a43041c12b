import * as z from 'zod/mini';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Disk } from './disk.ts';
import type { DroppedEvents } from './dropped.ts';
import { encodeRecord, recordAt, recordsOf, type SpoolRecord, textOf } from './record.ts';
import { readEvent } from './spool.ts';

/** The folder was written by a later version of this program, whose format this one cannot read. */
export class SpoolFormatError extends Error {
  override readonly name = 'SpoolFormatError';
}

const FORMAT = 1;
const NAME = /^events-(\d{10})\.spool$/;
/** More than a header can have. */
const HEADER_BYTES = 1024;

/** The first record of a segment. */
const segmentHeader = z.object({
  format: z.number(),
  /** How the segment before ended when this one was begun: what it has beyond was never safe. */
  after: z.optional(z.object({ segment: z.number(), bytes: z.number(), last: z.number() })),
  /** This segment stands for all from that one on to itself; nothing but statements is left of them. */
  squeezedFrom: z.optional(z.number()),
});
export type SegmentHeader = Omit<z.infer<typeof segmentHeader>, 'format'>;

export function segmentName(segment: number): string {
  return `events-${String(segment).padStart(10, '0')}.spool`;
}

/** The number of a segment; undefined for any other file. */
export function segmentNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeHeader(header: SegmentHeader): Buffer {
  return encodeRecord('header', 0, JSON.stringify({ format: FORMAT, ...header }));
}

/**
 * The header of a segment; undefined if the file has no whole one.
 * @throws SpoolFormatError
 */
export async function readHeader(disk: Disk, segment: number): Promise<SegmentHeader | undefined> {
  const record = recordAt(await disk.read(segmentName(segment), 0, HEADER_BYTES), 0);
  if (record?.kind !== 'header') return undefined;
  const { format, ...header } = z.parse(segmentHeader, JSON.parse(textOf(record)));
  if (format > FORMAT) {
    throw new SpoolFormatError(
      `the spool has format ${format}, and this version reads ${FORMAT}: update the agent, or give it another --spool-dir`,
    );
  }
  return header;
}

/** What a segment holds, read from its beginning to its end or to where it was torn. */
export interface SegmentContent {
  /** How far its records are whole. */
  readonly bytes: number;
  readonly events: number;
  readonly eventBytes: number;
  /** Of its first and last event or note; undefined if it has none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** The highest of its cursors; 0 for none. */
  readonly cursor: number;
  readonly firstEvent: RecordedEvent | undefined;
  readonly lastEvent: RecordedEvent | undefined;
}

/** @param bytes the file, up to where it is known to be good */
export function scanSegment(bytes: Buffer): SegmentContent {
  let [end, events, eventBytes, cursor] = [0, 0, 0, 0];
  let first: number | undefined;
  let last: number | undefined;
  let firstEvent: SpoolRecord | undefined;
  let lastEvent: SpoolRecord | undefined;
  for (const record of recordsOf(bytes)) {
    if (record.kind === 'event') {
      events += 1;
      eventBytes += record.end - end;
      firstEvent ??= record;
      lastEvent = record;
    }
    if (record.kind === 'cursor') cursor = Math.max(cursor, record.number);
    if (isUnit(record)) {
      first ??= record.number;
      last = record.number;
    }
    end = record.end;
  }
  const parsed = (record: SpoolRecord | undefined) => (record === undefined ? undefined : eventOf(record));
  return {
    bytes: end,
    events,
    eventBytes,
    first,
    last,
    cursor,
    firstEvent: parsed(firstEvent),
    lastEvent: parsed(lastEvent),
  };
}

/** Whether a cursor moves past it: an event, or a note of what was dropped. */
export function isUnit({ kind }: SpoolRecord): boolean {
  return kind === 'event' || kind === 'dropped';
}

/** The event of a record of that kind. */
export function eventOf(record: SpoolRecord): RecordedEvent {
  return readEvent(textOf(record));
}

export function dropsOf(record: SpoolRecord): DroppedEvents[] {
  return JSON.parse(textOf(record)) as DroppedEvents[];
}
