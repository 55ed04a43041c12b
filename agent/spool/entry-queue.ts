import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { DropCount } from './dropped.ts';
import type { Place } from './segment-units.ts';
import { type BatchBounds, readEvent } from './spool.ts';

/**
 * An event that waits: as text, which is a third of the room of the object that it stands for, and one thing instead
 * of a hundred for the collector of garbage to look at.
 */
export interface Entry {
  readonly text: string;
  readonly bytes: number;
  /** Where it is on the disk, if it is. */
  place?: Place;
  /** It is being sent or written: it is not dropped. */
  isHeld?: boolean;
}

/** Events in memory, in their order. */
export class EntryQueue {
  #entries: Entry[] = [];
  #bytes = 0;

  get length(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** The first that make a batch: at least one, however large it is. */
  fitting({ maxEvents, maxBytes }: Pick<BatchBounds, 'maxEvents' | 'maxBytes'>): Entry[] {
    return this.#entries.slice(0, this.#countFitting(maxEvents, maxBytes));
  }

  /** Whether more would not fit into a batch. */
  fills({ maxEvents, maxBytes }: Pick<BatchBounds, 'maxEvents' | 'maxBytes'>): boolean {
    const fitting = this.#countFitting(maxEvents, maxBytes);
    return fitting < this.#entries.length || fitting >= maxEvents;
  }

  /** Leaves out what `isOver` is true of; that is at the front. */
  removeFirst(isOver: (entry: Entry) => boolean): void {
    const kept = this.#entries.findIndex((entry) => !isOver(entry));
    const removed = this.#entries.splice(0, kept === -1 ? this.#entries.length : kept);
    for (const { bytes } of removed) this.#bytes -= bytes;
  }

  /** Drops the oldest until `targetBytes` are left: first what was watched, what the agent stated only if it must be. */
  dropTo(targetBytes: number, drops: DropCount): void {
    this.#dropWhile(targetBytes, drops, (event) => event.source !== 'agent');
    this.#dropWhile(targetBytes, drops, () => true);
  }

  #dropWhile(targetBytes: number, drops: DropCount, mayGo: (event: RecordedEvent) => boolean): void {
    if (this.#bytes <= targetBytes) return;
    this.#entries = this.#entries.filter((entry) => {
      if (this.#bytes <= targetBytes || entry.isHeld === true) return true;
      const event = readEvent(entry.text);
      if (!mayGo(event)) return true;
      this.#bytes -= entry.bytes;
      drops.addEvent(event, 'spool-full');
      return false;
    });
  }

  #countFitting(maxEvents: number, maxBytes: number): number {
    let bytes = 0;
    const over = this.#entries.findIndex((entry, index) => {
      bytes += entry.bytes;
      return index >= maxEvents || (bytes > maxBytes && index > 0);
    });
    return over === -1 ? this.#entries.length : over;
  }
}
