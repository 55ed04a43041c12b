import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timestamp } from '../../timeline/contract/primitives.ts';
import { earliest, latest } from '../../timeline/time.ts';
import type { Clock } from '../clock.ts';
import type { BatchBounds, Spool, SpoolBatch } from './spool.ts';

/**
 * What happens to events for which there is no room:
 * - `drop-oldest`: the oldest are lost, so that the sources never stand still; what the agent states of itself goes
 *   last, since it says where the holes are.
 * - `wait`: nothing is lost; `append` waits until there is room. For a player, whose source can wait.
 */
export type WhenFull = 'drop-oldest' | 'wait';

/** Events of one source that were dropped, and the stretch of the agent's time in which they were seen. */
export interface DroppedEvents {
  readonly watched: WatchedSource;
  readonly count: number;
  readonly from: Timestamp;
  readonly to: Timestamp;
}

export interface MemorySpoolSettings {
  /** The most that may wait, in bytes of JSON; in memory it is a few times that. */
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  readonly clock: Clock;
  /** Called once when events begin to be lost. */
  readonly onFull?: () => void;
  /** Called when there is room again, with all that was lost in between. */
  readonly onDropped?: (dropped: readonly DroppedEvents[]) => Promise<void>;
}

interface Entry {
  readonly event: RecordedEvent;
  readonly bytes: number;
}

/** A full spool is emptied to this part of its bound, so that dropping is rare and not part of each `append`. */
const LOW_WATER = 0.9;

/** Keeps events in memory: they survive an API that is away, and nothing else. */
export class MemorySpool implements Spool {
  readonly #settings: MemorySpoolSettings;
  #entries: Entry[] = [];
  #bytes = 0;
  /** How many at the head are being sent: they are not dropped. */
  #inFlight = 0;
  #dropped = new Map<WatchedSource, DroppedEvents>();
  #changed = Promise.withResolvers<void>();

  constructor(settings: MemorySpoolSettings) {
    this.#settings = settings;
  }

  get size(): { readonly events: number; readonly bytes: number } {
    return { events: this.#entries.length, bytes: this.#bytes };
  }

  async append(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      const bytes = Buffer.byteLength(JSON.stringify(event)) + 1;
      if (this.#settings.whenFull === 'wait') await this.#room(bytes);
      this.#entries.push({ event, bytes });
      this.#bytes += bytes;
    }
    if (this.#settings.whenFull === 'drop-oldest' && this.#bytes > this.#settings.maxBytes)
      this.#dropOldest();
    this.#wake();
  }

  async next(bounds: BatchBounds, signal: AbortSignal): Promise<SpoolBatch | undefined> {
    this.#inFlight = 0;
    await this.#until(() => this.#entries.length > 0, signal);
    if (signal.aborted) return undefined;
    if (bounds.maxAgeMs > 0 && !this.#fills(bounds)) {
      const enough = new AbortController();
      const filled = this.#until(() => this.#fills(bounds), AbortSignal.any([signal, enough.signal]));
      const aged = this.#settings.clock.sleep(bounds.maxAgeMs, AbortSignal.any([signal, enough.signal]));
      await Promise.race([filled, aged]);
      enough.abort();
    }
    if (signal.aborted) return undefined;
    const batch = this.#entries.slice(0, this.#fitting(bounds));
    this.#inFlight = batch.length;
    return { events: batch.map(({ event }) => event), done: () => this.#done(batch) };
  }

  async #done(batch: readonly Entry[]): Promise<void> {
    // A second `done`, or one after the same stretch was given out again, moves nothing.
    if (batch[0] === undefined || this.#entries[0] !== batch[0]) return;
    this.#entries = this.#entries.slice(batch.length);
    this.#bytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#inFlight = 0;
    this.#wake();
    if (this.#dropped.size === 0 || this.#bytes > this.#settings.maxBytes * LOW_WATER) return;
    const dropped = [...this.#dropped.values()];
    this.#dropped = new Map();
    await this.#settings.onDropped?.(dropped);
  }

  #fills(bounds: BatchBounds): boolean {
    const fitting = this.#fitting(bounds);
    return fitting < this.#entries.length || fitting >= bounds.maxEvents;
  }

  /** How many events of the head make a batch: at least one, however large it is. */
  #fitting({ maxEvents, maxBytes }: BatchBounds): number {
    let bytes = 0;
    const over = this.#entries.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index >= maxEvents || (bytes > maxBytes && index > 0);
    });
    return over === -1 ? this.#entries.length : over;
  }

  async #room(bytes: number): Promise<void> {
    const hasRoom = () => this.#entries.length === 0 || this.#bytes + bytes <= this.#settings.maxBytes;
    if (hasRoom()) return;
    // Whoever is to make room may not have heard yet that there is something.
    this.#wake();
    await this.#until(hasRoom, NEVER);
  }

  #dropOldest(): void {
    if (this.#dropped.size === 0) this.#settings.onFull?.();
    const target = this.#settings.maxBytes * LOW_WATER;
    const sent = this.#entries.slice(0, this.#inFlight);
    const waiting = this.#entries.slice(this.#inFlight);
    // First what was watched; only if that is not enough, what the agent states.
    const kept = this.#dropWhile(waiting, target, ({ event }) => event.source !== 'agent');
    this.#entries = [...sent, ...this.#dropWhile(kept, target, () => true)];
  }

  #dropWhile(entries: readonly Entry[], targetBytes: number, mayGo: (entry: Entry) => boolean): Entry[] {
    return entries.filter((entry) => {
      if (this.#bytes <= targetBytes || !mayGo(entry)) return true;
      this.#bytes -= entry.bytes;
      this.#count(entry.event);
      return false;
    });
  }

  #count(event: RecordedEvent): void {
    const watched = event.source === 'agent' ? event.watched : event.source;
    const before = this.#dropped.get(watched);
    this.#dropped.set(watched, {
      watched,
      count: (before?.count ?? 0) + 1,
      from: earliest(before?.from, event.observedAt) ?? event.observedAt,
      to: latest(before?.to, event.observedAt) ?? event.observedAt,
    });
  }

  /** Resolves when the condition holds or the signal is aborted. */
  async #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = () => this.#wake();
    signal.addEventListener('abort', aborted);
    try {
      while (!condition() && !signal.aborted) await this.#changed.promise;
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** A signal that is never aborted. */
const NEVER = new AbortController().signal;
