import type { Disk } from './disk.ts';
import type { DroppedEvents } from './dropped.ts';
import { encodeRecord, textOf, writeRecord } from './record.ts';
import { dropsOf, encodeHeader, segmentName } from './segment.ts';
import { type FoundSegment, type FoundSegments, loadSegments } from './segment-load.ts';
import { type Place, SegmentDamagedError, startOf, unitsFrom } from './segment-units.ts';
import { squeeze } from './squeeze.ts';

export interface StoredEvent {
  readonly text: string;
  /** Of its record. */
  readonly bytes: number;
  readonly place: Place;
}

/** What comes next. */
export type Reading =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  /** Here events were dropped, or cannot be read any more. */
  | { readonly kind: 'dropped'; readonly drops: readonly DroppedEvents[]; readonly place: Place }
  | { readonly kind: 'nothing' };

export interface Unread {
  readonly events: number;
  readonly bytes: number;
  /** Notes of what was dropped. */
  readonly notes: number;
}

type Segment = { -readonly [K in keyof FoundSegment]: FoundSegment[K] };

/** Events have even numbers; the odd one behind an event is for a note of what was dropped up to there. */
const STEP = 2;

/**
 * The events on the disk, in segments: files that only grow. See `disk-spool.ts` for the whole design. One call at a
 * time; one that rejects with what the disk said leaves everything as it was before.
 */
export class SegmentLog {
  readonly #disk: Disk;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  /** The one that is written to; a found one never is, so that nothing is written behind a torn tail. */
  #active: Segment | undefined;
  #nextSegment: number;
  #nextNumber: number;
  #head: Place;

  /**
   * Opens what is there: cuts a torn tail, leaves out what was delivered, and finds what was damaged.
   * @throws SpoolFormatError
   */
  static async open(
    disk: Disk,
    segmentBytes: number,
  ): Promise<Pick<FoundSegments, 'damage' | 'tornBytes' | 'problem'> & { readonly log: SegmentLog }> {
    const found = await loadSegments(disk, STEP);
    return { ...found, log: new SegmentLog(disk, segmentBytes, found) };
  }

  private constructor(disk: Disk, segmentBytes: number, found: FoundSegments) {
    this.#disk = disk;
    this.#segmentBytes = segmentBytes;
    this.#segments = found.segments.map((segment) => ({ ...segment }));
    this.#head = found.head;
    this.#nextSegment = found.nextSegment;
    this.#nextNumber = found.last + STEP - (found.last % STEP);
  }

  /** What the segments take on the disk. */
  get diskBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get unread(): Unread {
    let [events, bytes, notes] = [0, 0, 0];
    for (const segment of this.#unreadSegments()) {
      const isHead = segment.number === this.#head.segment;
      events += segment.events - (isHead ? this.#head.events : 0);
      bytes += segment.eventBytes - (isHead ? this.#head.bytes : 0);
      notes += segment.isSqueezed ? 1 : 0;
    }
    return { events, bytes, notes };
  }

  /** Writes events, and resolves with their places when they survive a power cut. */
  async append(entries: readonly Omit<StoredEvent, 'place'>[]): Promise<Place[]> {
    const segment = this.#writable();
    const header = segment.bytes === 0 ? this.#header(segment) : Buffer.alloc(0);
    const total = entries.reduce((sum, { bytes }) => sum + bytes, header.length);
    const written = Buffer.allocUnsafe(total);
    header.copy(written);
    let { events, eventBytes } = segment;
    let end = header.length;
    let number = this.#nextNumber;
    const places: Place[] = [];
    for (const { text, bytes } of entries) {
      writeRecord(written.subarray(end, end + bytes), 'event', number, text);
      end += bytes;
      eventBytes += bytes;
      events += 1;
      const offset = segment.bytes + end;
      places.push({ segment: segment.number, offset, number, events, bytes: eventBytes });
      number += STEP;
    }
    await this.#write(segment, written, true);
    Object.assign(segment, { events, eventBytes, last: number - STEP });
    this.#nextNumber = number;
    return places;
  }

  /** The events that come next and fit the bounds, at least one. */
  async read(maxEvents: number, maxBytes: number): Promise<Reading> {
    const events: StoredEvent[] = [];
    let total = 0;
    for (const segment of this.#unreadSegments()) {
      const isHead = segment.number === this.#head.segment;
      const from = isHead ? this.#head : startOf(segment.number, this.#head.number);
      try {
        for await (const { record, bytes, place } of unitsFrom(this.#disk, from, segment.last)) {
          if (record.kind === 'dropped') {
            if (events.length > 0) return { kind: 'events', events };
            return { kind: 'dropped', drops: dropsOf(record), place };
          }
          total += bytes;
          if (events.length > 0 && total > maxBytes) return { kind: 'events', events };
          events.push({ text: textOf(record), bytes, place });
          if (events.length >= maxEvents) return { kind: 'events', events };
        }
      } catch (error) {
        if (!isDamage(error)) throw error;
        return events.length > 0 ? { kind: 'events', events } : damaged(segment, from);
      }
    }
    return events.length > 0 ? { kind: 'events', events } : { kind: 'nothing' };
  }

  /**
   * Everything up to `place` was delivered: segments that hold nothing else are removed. When it rejects, the head has
   * moved all the same; only after a crash would the same be delivered again.
   */
  async passed(place: Place): Promise<void> {
    this.#head = place;
    try {
      if (this.#active !== undefined || this.#unreadSegments().length > 0) await this.#writeCursor();
    } finally {
      // Also on a full disk, where it makes room.
      for (const segment of this.#segments.filter(({ last }) => last <= place.number)) {
        if (segment === this.#active) break;
        await this.#disk.remove(segmentName(segment.number));
        this.#segments.splice(this.#segments.indexOf(segment), 1);
      }
    }
  }

  /** Writes something, to see whether the disk takes it. */
  async probe(): Promise<void> {
    await this.#writeCursor();
  }

  /**
   * Drops the events of the oldest segment that may go; statements and a note of the drop stay in its place. Gives the
   * number of that segment, undefined if there is none.
   *
   * @param protectedTo the last segment of which something is being sent; 0 for none
   */
  async squeezeOldest(protectedTo: number, maxStatementBytes: number): Promise<number | undefined> {
    const unread = this.#unreadSegments().filter(({ number }) => number > protectedTo);
    const target = unread.find(({ isSqueezed }) => !isSqueezed) ?? unread.find(({ events }) => events > 0);
    if (target === undefined) return undefined;
    const before = unread[unread.indexOf(target) - 1];
    const segments = before?.isSqueezed === true ? [before, target] : [target];
    const contents = await Promise.all(
      segments.map(async ({ number, bytes }) => ({
        number,
        content: await this.#disk.read(segmentName(number), 0, bytes),
      })),
    );
    const noteNumber = target.last + ((target.last + 1) % STEP);
    const keep = target.isSqueezed ? 0 : maxStatementBytes;
    const { content, ...rest } = squeeze(contents, this.#head.number, noteNumber, keep);
    if (target === this.#active) this.#active = undefined;
    await this.#disk.replace(segmentName(target.number), content);
    Object.assign(target, { ...rest, bytes: content.length, isSqueezed: true });
    if (segments.some(({ number }) => number === this.#head.segment)) {
      this.#head = startOf(target.number, this.#head.number);
    }
    if (segments.length > 1 && before !== undefined) {
      this.#segments.splice(this.#segments.indexOf(before), 1);
      await this.#disk.remove(segmentName(before.number));
    }
    return target.number;
  }

  /** Makes the last cursor safe too. */
  async close(): Promise<void> {
    if (this.#active !== undefined) await this.#disk.sync(segmentName(this.#active.number));
  }

  #unreadSegments(): Segment[] {
    // One that holds cursors only has the number of the event before it, which may be unread.
    return this.#segments.filter(
      ({ last, events, isSqueezed }) => last > this.#head.number && (events > 0 || isSqueezed),
    );
  }

  async #writeCursor(): Promise<void> {
    const segment = this.#writable();
    const header = segment.bytes === 0 ? [this.#header(segment)] : [];
    // No sync: if a power cut takes it, what was delivered is delivered once more, and stored once.
    await this.#write(
      segment,
      Buffer.concat([...header, encodeRecord('cursor', this.#head.number, '')]),
      false,
    );
  }

  #writable(): Segment {
    const { number, last } = { number: this.#nextSegment, last: this.#nextNumber - STEP };
    if (this.#active !== undefined && this.#active.bytes < this.#segmentBytes) return this.#active;
    return { number, last, bytes: 0, events: 0, eventBytes: 0, isSqueezed: false };
  }

  #header(segment: Segment): Buffer {
    const before = this.#segments.at(-1);
    if (before === undefined) return encodeHeader({});
    const { number, bytes, last } = before;
    return number < segment.number
      ? encodeHeader({ after: { segment: number, bytes, last } })
      : encodeHeader({});
  }

  async #write(segment: Segment, bytes: Buffer, isSynced: boolean): Promise<void> {
    const name = segmentName(segment.number);
    try {
      await this.#disk.write(name, segment.bytes, bytes);
      if (isSynced) await this.#disk.sync(name);
    } catch (error) {
      await this.#abandon(segment);
      throw error;
    }
    if (segment !== this.#active) {
      if (this.#active !== undefined) await this.#disk.release(segmentName(this.#active.number));
      this.#active = segment;
      this.#segments.push(segment);
      this.#nextSegment = segment.number + 1;
    }
    segment.bytes += bytes.length;
  }

  /**
   * Nothing is written to it any more: after a failed sync nobody knows what of it is on the disk (`fsync(2)`), and
   * the next segment's header says where it ended.
   */
  async #abandon(segment: Segment): Promise<void> {
    this.#nextSegment = Math.max(this.#nextSegment, segment.number + 1);
    if (segment === this.#active) this.#active = undefined;
    const name = segmentName(segment.number);
    try {
      if (segment.bytes === 0) await this.#disk.remove(name);
      else await this.#disk.cut(name, segment.bytes);
      await this.#disk.release(name);
    } catch {
      // What is left behind the end is passed over when the spool is opened; the failure itself is thrown on.
    }
  }
}

function damaged(segment: Segment, from: Place): Reading {
  const { number, bytes: offset, events, eventBytes: bytes, last } = segment;
  return {
    kind: 'dropped',
    drops: [
      {
        watched: undefined,
        count: events - from.events,
        from: undefined,
        to: undefined,
        reason: 'spool-damaged',
      },
    ],
    place: { segment: number, offset, number: last, events, bytes },
  };
}

/** The file is gone or does not give back what was written; anything else may pass. */
function isDamage(error: unknown): boolean {
  if (error instanceof SegmentDamagedError || error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EIO');
}
