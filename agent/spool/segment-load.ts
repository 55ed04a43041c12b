import type { Disk } from './disk.ts';
import { isSystemError } from './disk-error.ts';
import type { DroppedEvents } from './dropped.ts';
import {
  readHeader,
  scanSegment,
  type SegmentContent,
  type SegmentHeader,
  segmentName,
  segmentNumber,
} from './segment.ts';
import { type Place, startOf, unitsFrom } from './segment-units.ts';

export interface FoundSegment {
  readonly number: number;
  /** How far its records are whole. */
  readonly bytes: number;
  readonly events: number;
  readonly eventBytes: number;
  /** The number of its last event or note, or of the one before it. */
  readonly last: number;
  /** It has one note of what was dropped, at its end. */
  readonly isSqueezed: boolean;
}

export interface FoundSegments {
  readonly segments: readonly FoundSegment[];
  readonly head: Place;
  readonly nextSegment: number;
  /** The highest number that was given to an event or a note. */
  readonly last: number;
  readonly damage: readonly DroppedEvents[];
  /** What was cut off the last segment. */
  readonly tornBytes: number;
  /** Why the disk could not be tidied up: it can be read, but not written to. */
  readonly problem: Error | undefined;
}

interface File {
  readonly number: number;
  readonly header: SegmentHeader;
}

interface Hole {
  readonly from: SegmentContent;
  readonly first: number;
  readonly last: number;
  to?: SegmentContent;
}

/**
 * Reads all segments once, checks each record's sum, and tidies up: what was delivered and what a crash left half done
 * is removed, and what a killed process had written is made safe.
 *
 * @param step between the numbers of two events
 * @throws SpoolFormatError
 */
export async function loadSegments(disk: Disk, step: number): Promise<FoundSegments> {
  let problem: Error | undefined;
  const tidy = async (task: Promise<void>) => {
    try {
      await task;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      problem ??= error;
    }
  };
  const { files, surplus, nextSegment } = await findFiles(disk);
  for (const number of surplus) await tidy(disk.remove(segmentName(number)));
  const segments: FoundSegment[] = [];
  const holes: Hole[] = [];
  let [cursor, last, tornBytes] = [0, 0, 0];
  for (const [index, { number, header }] of files.entries()) {
    const after = files[index + 1]?.header.after;
    const isSqueezed = header.squeezedFrom !== undefined;
    // A squeezed segment was written anew after the next one had said how this one ended.
    const ended = after?.segment === number && !isSqueezed ? after : undefined;
    const bytes = await disk.read(segmentName(number));
    const content = scanSegment(ended === undefined ? bytes : bytes.subarray(0, ended.bytes));
    const hole = holes.at(-1);
    if (hole !== undefined && content.firstEvent !== undefined) hole.to ??= content;
    const before = header.after?.last ?? last;
    const reached = content.last ?? before;
    if (ended !== undefined && ended.last > reached)
      holes.push({ from: content, first: reached, last: ended.last });
    last = Math.max(last, reached, ended?.last ?? 0);
    cursor = Math.max(cursor, content.cursor);
    const isLast = files[index + 1] === undefined;
    if (isLast) tornBytes = bytes.length - content.bytes;
    if (content.bytes < bytes.length) await tidy(disk.cut(segmentName(number), content.bytes));
    // A killed process may have written without having synced: what is found must not vanish with the power later.
    if (isLast) await tidy(disk.sync(segmentName(number)));
    await disk.release(segmentName(number));
    const { events, eventBytes } = content;
    segments.push({ number, bytes: content.bytes, events, eventBytes, last: reached, isSqueezed });
  }
  while (segments[0] !== undefined && segments[0].last <= cursor) {
    await tidy(disk.remove(segmentName(segments[0].number)));
    segments.shift();
  }
  return {
    segments,
    head: await headAt(
      disk,
      segments.find(({ events, isSqueezed }) => events > 0 || isSqueezed),
      cursor,
    ),
    nextSegment,
    last: Math.max(last, cursor),
    damage: holes.flatMap((hole) => damageOf(hole, cursor, step)),
    tornBytes,
    problem,
  };
}

/** The segments, and what is left of others that were never begun or have been replaced. */
async function findFiles(
  disk: Disk,
): Promise<{ readonly files: File[]; readonly surplus: readonly number[]; readonly nextSegment: number }> {
  const numbers = (await disk.names())
    .map(segmentNumber)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  const headers = new Map<number, SegmentHeader | undefined>();
  for (const number of numbers) headers.set(number, await readHeader(disk, number));
  const found: File[] = [];
  const surplus: number[] = [];
  for (const [number, header] of headers) {
    const wasEnded = Array.from(headers.values()).some((other) => other?.after?.segment === number);
    // Torn as it was begun: nothing in it was ever safe. If another knows how it ended, it was damaged later.
    if (header === undefined && !wasEnded) surplus.push(number);
    else found.push({ number, header: header ?? {} });
  }
  const isReplaced = ({ number }: File) =>
    found.some(
      ({ number: other, header: { squeezedFrom = other } }) => squeezedFrom <= number && number < other,
    );
  for (const { number } of found.filter(isReplaced)) surplus.push(number);
  const files = found.filter((file) => !isReplaced(file));
  return { files, surplus, nextSegment: (numbers.at(-1) ?? 0) + 1 };
}

async function headAt(disk: Disk, oldest: FoundSegment | undefined, cursor: number): Promise<Place> {
  if (oldest === undefined) return startOf(0, cursor);
  const start = startOf(oldest.number, 0);
  let head = { ...start, number: cursor };
  for await (const { place } of unitsFrom(disk, start, oldest.last)) {
    if (place.number > cursor) break;
    head = { ...place, number: cursor };
  }
  return head;
}

function damageOf(hole: Hole, cursor: number, step: number): DroppedEvents[] {
  const count = Math.floor((hole.last - Math.max(hole.first, cursor)) / step);
  if (count <= 0) return [];
  const from = hole.from.lastEvent?.observedAt;
  const to = hole.to?.firstEvent?.observedAt;
  return [{ watched: undefined, count, from, to, reason: 'spool-damaged' }];
}
