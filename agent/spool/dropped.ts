import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timestamp } from '../../timeline/contract/primitives.ts';
import { earliest, latest } from '../../timeline/time.ts';

/**
 * Why events are gone that were recorded:
 * - `spool-full`: there was no room for more.
 * - `spool-damaged`: the disk gave back something else than what was written to it.
 */
export type DropReason = 'spool-full' | 'spool-damaged';

/** Events that were dropped, and the stretch of the agent's time in which they were seen. */
export interface DroppedEvents {
  /** Undefined when it cannot be read any more what they were. */
  readonly watched: WatchedSource | undefined;
  readonly count: number;
  readonly from: Timestamp | undefined;
  readonly to: Timestamp | undefined;
  readonly reason: DropReason;
}

/** Drops, added up by source and reason. */
export class DropCount {
  readonly #drops = new Map<string, DroppedEvents>();

  get isEmpty(): boolean {
    return this.#drops.size === 0;
  }

  add(drop: DroppedEvents): void {
    const key = `${drop.watched ?? ''} ${drop.reason}`;
    const before = this.#drops.get(key);
    this.#drops.set(key, {
      ...drop,
      count: (before?.count ?? 0) + drop.count,
      from: earliest(before?.from, drop.from),
      to: latest(before?.to, drop.to),
    });
  }

  /** Of a log nothing is said: no fact of a timeline is missing without it. */
  addEvent(event: RecordedEvent, reason: DropReason): void {
    if (event.source === 'log') return;
    const watched = event.source === 'agent' ? event.watched : event.source;
    this.add({ watched, count: 1, from: event.observedAt, to: event.observedAt, reason });
  }

  /** All of it, and begins anew. */
  take(): DroppedEvents[] {
    const drops = [...this.#drops.values()];
    this.#drops.clear();
    return drops;
  }
}
