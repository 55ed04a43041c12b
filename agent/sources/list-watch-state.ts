import type { KnownObject, KnownObjects } from './known-objects.ts';

/** How far a list-watch came: it goes on from here after a restart. */
export interface WatchPosition {
  /** Absent before the first complete list. */
  readonly resourceVersion?: string;
  /** The last moment at which nothing was missed, in milliseconds since the epoch. */
  readonly goodAtMs: number;
  readonly known: KnownObjects;
}

/** One step forward. It is saved only after what it passes is safe in the spool. */
export interface WatchStep {
  /** Absent while a list is under way. */
  readonly resourceVersion?: string;
  readonly goodAtMs: number;
  /** The object that was seen; without `object`, it is gone. */
  readonly change?: { readonly uid: string; readonly object?: KnownObject };
}

/** Where a list-watch keeps how far it came. */
export interface ListWatchState {
  /** Undefined if nothing was ever saved. */
  load(): Promise<WatchPosition | undefined>;
  save(step: WatchStep): Promise<void>;
}

/** Keeps it in memory: a restarted source goes on, a restarted process begins anew. */
export function createMemoryState(): ListWatchState {
  const known = new Map<string, KnownObject>();
  let position: WatchPosition | undefined;
  return {
    load: () => Promise.resolve(position && { ...position, known: new Map(known) }),
    save: ({ resourceVersion = position?.resourceVersion, goodAtMs, change }) => {
      if (change?.object !== undefined) known.set(change.uid, change.object);
      else if (change !== undefined) known.delete(change.uid);
      position = { goodAtMs, known, ...(resourceVersion !== undefined && { resourceVersion }) };
      return Promise.resolve();
    },
  };
}
