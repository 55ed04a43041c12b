import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Clock } from '../clock.ts';
import { timestamp } from '../sources/coverage.ts';
import { ChangeSignal } from '../change-signal.ts';
import type { Disk } from './disk.ts';
import { isSystemError } from './disk-error.ts';
import { DropCount, type DroppedEvents } from './dropped.ts';
import { type Entry, EntryQueue } from './entry-queue.ts';
import { GroupCommit } from './group-commit.ts';
import { LOW_WATER } from './memory-spool.ts';
import { RECORD_OVERHEAD } from './record.ts';
import { SegmentLog } from './segment-log.ts';
import type { Place } from './segment-units.ts';
import { type BatchBounds, readEvent, type RefusedEvent, type Spool, type SpoolBatch } from './spool.ts';
import type { DiskSpoolReports } from './spool-reports.ts';
import { waitForBatch } from './wait-for-batch.ts';

export interface DiskSpoolSettings {
  readonly disk: Disk;
  /** The most that the segments may take on the disk. */
  readonly maxBytes: number;
  /** The most that is kept in memory while the disk fails. */
  readonly maxMemoryBytes: number;
  readonly clock: Clock;
  readonly reports: DiskSpoolReports;
  /** Puts aside what the API refused; resolves when it is as safe as it can be. */
  readonly putAside: (refused: readonly RefusedEvent[]) => Promise<void>;
}

/** A bound is this many segments: so much of it goes at once when there is no room. */
const SEGMENTS = 8;
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** What one write takes at most, and what is kept of the newest events: as much as a batch has. */
const GROUP_BYTES = 1024 * 1024;
/** How often a disk that failed is tried again. */
const RETRY_MS = 5_000;

/**
 * # The disk spool
 *
 * ## Design
 *
 * Events are appended to **segments**, files of a few MiB that only grow. A segment is a row of records, each with its
 * length, the CRC-32 of its body, its kind and its number. Whoever appends waits for an fsync; all who wait share the
 * next one (group commit), so that a flood costs few. The newest events are kept in memory as well, so that delivery
 * reads the disk only when it is behind.
 *
 * The **cursor** is a record too: "all up to this number was delivered", written to the newest segment. A segment all
 * of which was delivered is removed. A start reads every segment once, checks the sums, takes the highest cursor, and
 * writes to a new segment, never behind what it found. Each segment's first record says how the one before it ended,
 * so that a torn tail (never safe, cut silently) and a damaged middle (told as dropped) are told apart.
 *
 * When there is no more **room**, the oldest segment is rewritten without its events: what the agent stated of itself
 * stays, and a note of how many events of which source went, which the reader meets in its turn.
 *
 * When the **disk fails** (full, read-only, no permission, broken), events are kept in memory, within a bound, and
 * delivered from there; every few seconds it is tried again, and all that waits goes to the disk first.
 *
 * ## Guarantees
 *
 * - What `append` resolved for is delivered at least once, whatever ends the process or the machine, unless `isSafe`
 *   was false then, or room ran out: then it is counted and told.
 * - Events are delivered in the order in which they were appended; after a crash some of the last may come again.
 * - A batch leaves only by its `done`; what the API refused is safe among the dead letters before.
 * - The segments take at most `maxBytes`, and one record more than that only for as long as it takes to make room.
 *
 * ## Limits
 *
 * - One process per folder (`openSpoolFolder` sees to it). One reader, one batch in flight.
 * - A damaged record takes the rest of its segment with it. A disk that answers fsync before it is true, and then
 *   loses power, can lose what was promised.
 * - While the disk fails, memory holds what comes; if the agent is killed then, that is lost, and the next one tells
 *   the gap from the last moment at which everything was safe.
 */
export class DiskSpool implements Spool {
  readonly #settings: DiskSpoolSettings;
  readonly #segmentBytes: number;
  readonly #changed = new ChangeSignal();
  readonly #closing = new AbortController();
  #log: SegmentLog | undefined;
  /** Every use of the log waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #writing = new GroupCommit<Entry>({
    maxBytes: GROUP_BYTES,
    commit: (take) => this.#exclusively(() => this.#commit(take())),
  });
  /** Of what was appended last. */
  #safe: Promise<void> = Promise.resolve();
  /** The newest events on the disk: all that is unread there, if they are as many as the log has unread. */
  readonly #newest = new EntryQueue();
  /** Accepted, but on no disk. */
  readonly #memory = new EntryQueue();
  /** Lost from memory, or found damaged, and not told yet. */
  readonly #drops = new DropCount();
  #inFlight: readonly Entry[] = [];
  /** Up to this segment nothing is dropped: something of it is being sent. */
  #protectedTo = 0;
  #isFailing = false;
  #isFull = false;
  #lastSent: string | undefined;

  /**
   * Opens the folder. If that cannot be done it is told, and the spool begins in memory.
   * @throws SpoolFormatError
   */
  static async open(settings: DiskSpoolSettings): Promise<DiskSpool> {
    const spool = new DiskSpool(settings);
    try {
      await spool.#open();
    } catch (error) {
      spool.#failed(error);
    }
    return spool;
  }

  private constructor(settings: DiskSpoolSettings) {
    this.#settings = settings;
    this.#segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(settings.maxBytes / SEGMENTS));
  }

  /** Whether everything that was accepted survives the end of this process, or was delivered. */
  get isSafe(): boolean {
    return this.#memory.length === 0;
  }

  get size(): { readonly events: number; readonly bytes: number } {
    const { events, bytes } = this.#log?.unread ?? { events: 0, bytes: 0 };
    return { events: events + this.#memory.length, bytes: bytes + this.#memory.bytes };
  }

  append(events: readonly RecordedEvent[]): Promise<void> {
    if (events.length === 0) return this.#safe;
    let bytes = 0;
    const entries = events.map((event): Entry => {
      const text = JSON.stringify(event);
      const entry = { text, bytes: Buffer.byteLength(text) + RECORD_OVERHEAD };
      bytes += entry.bytes;
      return entry;
    });
    // Those that were to be written before still come first.
    if (this.#isFailing && !this.#writing.isWriting) {
      this.#remember(entries);
      this.#safe = Promise.resolve();
      return this.#safe;
    }
    this.#safe = this.#writing.add(entries, bytes);
    return this.#safe;
  }

  async next(bounds: BatchBounds, signal: AbortSignal): Promise<SpoolBatch | undefined> {
    this.#hold([], 0);
    // What is being sent cannot be dropped: it must leave room for others.
    const maxBytes = Math.min(bounds.maxBytes, this.#segmentBytes * 2);
    const limits = { ...bounds, maxBytes };
    const isFull = () => this.size.events >= limits.maxEvents || this.size.bytes >= limits.maxBytes;
    for (;;) {
      const { clock } = this.#settings;
      await waitForBatch(limits.maxAgeMs, () => this.#hasWork(), isFull, this.#changed, clock, signal);
      if (signal.aborted) return undefined;
      await this.#tellDrops();
      const entries = await this.#exclusively(() => this.#take(limits));
      if (entries.length === 0) continue;
      this.#lastSent = entries.at(-1)?.text;
      return { texts: entries.map(({ text }) => text), done: (refused) => this.#done(entries, refused) };
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#exclusively(async () => {
      if (this.#isFailing) await this.#tryDisk();
      try {
        await this.#log?.close();
      } catch (error) {
        // Only the newest cursor is not safe from a power cut: some events would be delivered twice.
        if (!isSystemError(error)) throw error;
      }
    });
  }

  /** One at a time, in order. */
  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #open(): Promise<SegmentLog> {
    const { disk, reports } = this.#settings;
    const { log, damage, tornBytes, problem } = await SegmentLog.open(disk, this.#segmentBytes);
    for (const drop of damage) this.#drops.add(drop);
    if (tornBytes > 0) reports.torn(tornBytes);
    this.#log = log;
    if (problem !== undefined) this.#failed(problem);
    return log;
  }

  // Writing

  async #commit(entries: readonly Entry[]): Promise<void> {
    if (this.#log === undefined || this.#isFailing) {
      this.#remember(entries);
      return;
    }
    try {
      await this.#write(this.#log, entries);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#remember(entries);
      this.#failed(error);
    }
  }

  async #write(log: SegmentLog, entries: readonly Entry[]): Promise<void> {
    await this.#makeRoom(
      log,
      entries.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const places = await log.append(entries);
    for (const [index, entry] of entries.entries()) {
      const place = places[index];
      if (place === undefined) throw new Error('the log gave fewer places than it took events');
      entry.place = place;
      this.#newest.push(entry);
    }
    let surplus = this.#newest.bytes - GROUP_BYTES;
    this.#newest.removeFirst(({ bytes }) => {
      surplus -= bytes;
      return surplus > -bytes;
    });
    this.#changed.tell();
  }

  async #makeRoom(log: SegmentLog, bytes: number): Promise<void> {
    const { maxBytes, reports } = this.#settings;
    while (log.diskBytes + bytes > maxBytes) {
      const squeezed = await log.squeezeOldest(this.#protectedTo, this.#segmentBytes);
      if (squeezed === undefined) return;
      this.#newest.removeFirst(({ place }) => (place?.segment ?? 0) <= squeezed);
      if (!this.#isFull) reports.full();
      this.#isFull = true;
    }
  }

  // Reading

  #hasWork(): boolean {
    const { events, notes } = this.#log?.unread ?? { events: 0, notes: 0 };
    return events + notes + this.#memory.length > 0 || this.#mayTellDrops();
  }

  /** The next batch, held; empty when there was something to tell instead. */
  async #take(limits: BatchBounds): Promise<readonly Entry[]> {
    const log = this.#log;
    const unread = log?.unread;
    if (log === undefined || unread === undefined || unread.events + unread.notes === 0) {
      return this.#hold(this.#memory.fitting(limits), this.#protectedTo);
    }
    if (unread.notes === 0 && unread.events === this.#newest.length) {
      return this.#hold(this.#newest.fitting(limits));
    }
    const reading = await log.read(limits.maxEvents, limits.maxBytes);
    switch (reading.kind) {
      case 'events':
        return this.#hold(reading.events.map((entry) => ({ ...entry })));
      case 'dropped':
        for (const drop of reading.drops) this.#drops.add(this.#dated(drop));
        await this.#pass(log, reading.place);
        return [];
      case 'nothing':
        throw new Error('the spool counts events that are not there');
    }
  }

  /** What cannot be read any more was seen after what was sent last, and before now. */
  #dated(drop: DroppedEvents): DroppedEvents {
    if (drop.watched !== undefined || drop.from !== undefined || this.#lastSent === undefined) return drop;
    return { ...drop, from: readEvent(this.#lastSent).observedAt, to: timestamp(this.#settings.clock.now()) };
  }

  #hold(batch: readonly Entry[], protectedTo = batch.at(-1)?.place?.segment ?? 0): readonly Entry[] {
    for (const entry of this.#inFlight) entry.isHeld = false;
    for (const entry of batch) entry.isHeld = true;
    this.#inFlight = batch;
    this.#protectedTo = protectedTo;
    return batch;
  }

  async #done(batch: readonly Entry[], refused: readonly RefusedEvent[] = []): Promise<void> {
    // A second `done`, or one after the same stretch was given out again, moves nothing.
    if (this.#inFlight !== batch) return;
    if (refused.length > 0) await this.#settings.putAside(refused);
    await this.#exclusively(async () => {
      if (this.#inFlight !== batch) return;
      this.#hold([], 0);
      // Some of them may have come to the disk while they were being sent from memory.
      const place = batch.findLast((entry) => entry.place !== undefined)?.place;
      if (place !== undefined && this.#log !== undefined) await this.#pass(this.#log, place);
      const sent = new Set(batch);
      this.#memory.removeFirst((entry) => sent.has(entry));
    });
    this.#changed.tell();
  }

  async #pass(log: SegmentLog, place: Place): Promise<void> {
    try {
      await log.passed(place);
    } catch (error) {
      this.#failed(error);
    }
    this.#newest.removeFirst((entry) => (entry.place?.number ?? 0) <= place.number);
  }

  // A disk that fails

  #remember(entries: readonly Entry[]): void {
    const { maxMemoryBytes, reports } = this.#settings;
    for (const entry of entries) this.#memory.push(entry);
    if (this.#memory.bytes > maxMemoryBytes) {
      if (!this.#isFull) reports.full();
      this.#isFull = true;
      this.#memory.dropTo(maxMemoryBytes * LOW_WATER, this.#drops);
    }
    this.#changed.tell();
  }

  #mayTellDrops(): boolean {
    return !this.#drops.isEmpty && this.#memory.bytes <= this.#settings.maxMemoryBytes * LOW_WATER;
  }

  async #tellDrops(): Promise<void> {
    if (!this.#mayTellDrops()) return;
    this.#isFull = false;
    await this.#settings.reports.dropped(this.#drops.take());
  }

  #failed(error: unknown): void {
    if (!isSystemError(error)) throw error;
    if (this.#isFailing) return;
    this.#isFailing = true;
    void this.#recover();
    this.#settings.reports.onlyInMemory(error);
  }

  async #recover(): Promise<void> {
    while (this.#isFailing) {
      await this.#settings.clock.sleep(RETRY_MS, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      await this.#exclusively(() => this.#tryDisk());
    }
  }

  /** Brings everything that waits in memory to the disk, if it takes it. */
  async #tryDisk(): Promise<void> {
    try {
      const log = this.#log ?? (await this.#open());
      await log.probe();
      while (this.#memory.length > 0) {
        const part = this.#memory.fitting({ maxEvents: Number.POSITIVE_INFINITY, maxBytes: GROUP_BYTES });
        const sending = new Set<Entry>(this.#inFlight);
        for (const entry of part) entry.isHeld = true;
        try {
          await this.#write(log, part);
        } finally {
          for (const entry of part) entry.isHeld = sending.has(entry);
        }
        this.#memory.removeFirst(({ place }) => place !== undefined);
        const sent = this.#inFlight.findLast(({ place }) => place !== undefined)?.place;
        this.#protectedTo = Math.max(this.#protectedTo, sent?.segment ?? 0);
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return;
    }
    this.#isFailing = false;
    this.#settings.reports.onDiskAgain();
  }
}
