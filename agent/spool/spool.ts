import type { RecordedEvent } from '../../timeline/contract/event.ts';

/** An event that the API will never take, however it is sent, and what it said. */
export interface RefusedEvent {
  readonly event: RecordedEvent;
  readonly reason: string;
}

/** A stretch of the spool's head, to be sent as one batch. */
export interface SpoolBatch {
  /** Each event as JSON: as it waited, and as it is sent. `readEvent` gives the event. */
  readonly texts: readonly string[];
  /**
   * Moves the cursor past this batch: only after the API named every event accepted or rejected.
   * @param refused those of its events that were rejected for good: they are put aside first
   */
  done(refused?: readonly RefusedEvent[]): Promise<void>;
}

/** An event from its text in a spool. It was checked when it was made, and what is on a disk has a sum. */
export function readEvent(text: string): RecordedEvent {
  return JSON.parse(text) as RecordedEvent;
}

/**
 * Where events wait between the sources and the API: the seam at which a disk spool stands. `append` resolves when
 * the events are as safe as this spool makes them; a source goes on only then. Events that become safe together can be
 * given the same promise.
 */
export interface Spool {
  /** Of no events: when those before are safe. */
  append(events: readonly RecordedEvent[]): Promise<void>;
  /**
   * The oldest events that fit the bounds, or undefined once `signal` is aborted. Waits until there is one, then for
   * up to `maxAgeMs` for more.
   */
  next(bounds: BatchBounds, signal: AbortSignal): Promise<SpoolBatch | undefined>;
  readonly size: { readonly events: number; readonly bytes: number };
  /** What is left stays where it is. Nothing is called after. */
  close(): Promise<void>;
}

export interface BatchBounds {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}
