import type { Disk } from './disk.ts';
import { frameBytes } from './frame.ts';
import { recordsOf, type SpoolRecord } from './record.ts';
import { isUnit, segmentName } from './segment.ts';

/** Behind an event or a note: where reading goes on once it was delivered. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  /** Everything up to this number was delivered. */
  readonly number: number;
  /** Events up to here in the segment, and their bytes. */
  readonly events: number;
  readonly bytes: number;
}

/** A record that was whole when it was counted is not whole any more. */
export class SegmentDamagedError extends Error {
  override readonly name = 'SegmentDamagedError';
}

/** As much as a batch has. */
const WINDOW_BYTES = 1024 * 1024;

/** The beginning of a segment of which everything up to `number` was delivered. */
export function startOf(segment: number, number: number): Place {
  return { segment, number, offset: 0, events: 0, bytes: 0 };
}

/**
 * The events and notes of a segment that were not delivered, from a place on, read in parts.
 *
 * @param last the number of the segment's last one
 * @throws SegmentDamagedError when it ends before that
 */
export async function* unitsFrom(
  disk: Disk,
  from: Place,
  last: number,
): AsyncGenerator<
  { readonly record: SpoolRecord; readonly bytes: number; readonly place: Place },
  void,
  undefined
> {
  const name = segmentName(from.segment);
  let place = from;
  while (place.number < last) {
    const window = await windowAt(disk, name, place.offset);
    let end = 0;
    for (const record of recordsOf(window)) {
      // Written, but a failed sync took it back: it is somewhere else as well.
      if (isUnit(record) && record.number > last) break;
      const bytes = record.end - end;
      end = record.end;
      const isEvent = record.kind === 'event';
      place = {
        ...place,
        offset: place.offset + bytes,
        events: place.events + (isEvent ? 1 : 0),
        bytes: place.bytes + (isEvent ? bytes : 0),
      };
      if (!isUnit(record) || record.number <= place.number) continue;
      place = { ...place, number: record.number };
      yield { record, bytes, place };
    }
    if (end === 0) throw new SegmentDamagedError(`${name} is not as it was written, at byte ${place.offset}`);
  }
}

/** Holds at least one record, however long it is, if there is a whole one. */
async function windowAt(disk: Disk, name: string, offset: number): Promise<Buffer> {
  const window = await disk.read(name, offset, WINDOW_BYTES);
  const needed = frameBytes(window) ?? 0;
  return needed > window.length ? disk.read(name, offset, needed) : window;
}
