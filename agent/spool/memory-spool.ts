import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Clock } from '../clock.ts';
import { ChangeSignal, NEVER } from '../change-signal.ts';
import { DropCount } from './dropped.ts';
import { type Entry, EntryQueue } from './entry-queue.ts';
import type { BatchBounds, Spool, SpoolBatch } from './spool.ts';
import type { SpoolReports } from './spool-reports.ts';
import { waitForBatch } from './wait-for-batch.ts';

/**
 * What happens to events for which there is no room:
 * - `drop-oldest`: the oldest are lost, so that the sources never stand still; what the agent states of itself goes
 *   last, since it says where the holes are.
 * - `wait`: nothing is lost; `append` waits until there is room. For a player, whose source can wait.
 */
export type WhenFull = 'drop-oldest' | 'wait';

export interface MemorySpoolSettings {
  /** The most that may wait, in bytes of JSON, as which it waits. */
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  readonly clock: Clock;
  readonly reports: SpoolReports;
}

/** A full spool is emptied to this part of its bound, so that dropping is rare and not part of each `append`. */
export const LOW_WATER = 0.9;

/** Keeps events in memory: they survive an API that is away, and nothing else. */
export class MemorySpool implements Spool {
  readonly #settings: MemorySpoolSettings;
  readonly #queue = new EntryQueue();
  readonly #drops = new DropCount();
  readonly #changed = new ChangeSignal();
  #inFlight: readonly Entry[] = [];

  constructor(settings: MemorySpoolSettings) {
    this.#settings = settings;
  }

  get size(): { readonly events: number; readonly bytes: number } {
    return { events: this.#queue.length, bytes: this.#queue.bytes };
  }

  async append(events: readonly RecordedEvent[]): Promise<void> {
    const { whenFull, maxBytes, reports } = this.#settings;
    for (const event of events) {
      const text = JSON.stringify(event);
      const bytes = Buffer.byteLength(text) + 1;
      if (whenFull === 'wait') await this.#room(bytes);
      this.#queue.push({ text, bytes });
    }
    if (whenFull === 'drop-oldest' && this.#queue.bytes > maxBytes) {
      if (this.#drops.isEmpty) reports.full();
      this.#queue.dropTo(maxBytes * LOW_WATER, this.#drops);
    }
    this.#changed.tell();
  }

  async next(bounds: BatchBounds, signal: AbortSignal): Promise<SpoolBatch | undefined> {
    this.#hold([]);
    const hasAny = () => this.#queue.length > 0;
    const isFull = () => this.#queue.fills(bounds);
    await waitForBatch(bounds.maxAgeMs, hasAny, isFull, this.#changed, this.#settings.clock, signal);
    if (signal.aborted) return undefined;
    const batch = this.#queue.fitting(bounds);
    this.#hold(batch);
    return { texts: batch.map(({ text }) => text), done: () => this.#done(batch) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #done(batch: readonly Entry[]): Promise<void> {
    // A second `done`, or one after the same stretch was given out again, moves nothing.
    if (this.#inFlight !== batch || batch.length === 0) return;
    this.#hold([]);
    const sent = new Set(batch);
    this.#queue.removeFirst((entry) => sent.has(entry));
    this.#changed.tell();
    if (this.#drops.isEmpty || this.#queue.bytes > this.#settings.maxBytes * LOW_WATER) return;
    await this.#settings.reports.dropped(this.#drops.take());
  }

  #hold(batch: readonly Entry[]): void {
    for (const entry of this.#inFlight) entry.isHeld = false;
    for (const entry of batch) entry.isHeld = true;
    this.#inFlight = batch;
  }

  async #room(bytes: number): Promise<void> {
    const hasRoom = () => this.#queue.length === 0 || this.#queue.bytes + bytes <= this.#settings.maxBytes;
    if (hasRoom()) return;
    // Whoever is to make room may not have heard yet that there is something.
    this.#changed.tell();
    await this.#changed.until(hasRoom, NEVER);
  }
}
