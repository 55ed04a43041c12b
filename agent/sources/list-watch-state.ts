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
  /** The objects that were seen, each once. */
  readonly changes?: readonly KnownChange[];
}

/** An object that was seen; without `object`, it is gone. */
export interface KnownChange {
  readonly uid: string;
  readonly object?: KnownObject;
}

/** The one step that leads as far as all of these, in order. @param steps at least one */
export function merged(steps: readonly WatchStep[]): WatchStep {
  const last = steps.at(-1);
  if (last === undefined) throw new Error('there are no steps to merge');
  if (steps.length === 1) return last;
  const changes = new Map<string, KnownChange>();
  let resourceVersion: string | undefined;
  for (const step of steps) {
    resourceVersion = step.resourceVersion ?? resourceVersion;
    for (const change of step.changes ?? []) changes.set(change.uid, change);
  }
  return {
    goodAtMs: last.goodAtMs,
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(changes.size > 0 && { changes: Array.from(changes.values()) }),
  };
}

/** Where a list-watch keeps how far it came. */
export interface ListWatchState {
  /** What the agent before this one has left; undefined if nothing. */
  load(): Promise<WatchPosition | undefined>;
  /** Resolves when the process may be killed. Steps are saved in the order of the calls. */
  save(step: WatchStep): Promise<void>;
  /** How often it wants to hear that nothing was missed, though nothing happened; absent: never. */
  readonly aliveEveryMs?: number;
}

/** The position that a row of steps leads to. */
export class KeptPosition {
  readonly #known = new Map<string, KnownObject>();
  #reached: Omit<WatchPosition, 'known'> | undefined;

  /** Undefined before the first step. It changes with the next. */
  get position(): WatchPosition | undefined {
    return this.#reached && { ...this.#reached, known: this.#known };
  }

  apply({ resourceVersion = this.#reached?.resourceVersion, goodAtMs, changes = [] }: WatchStep): void {
    for (const { uid, object } of changes) {
      if (object === undefined) this.#known.delete(uid);
      else this.#known.set(uid, object);
    }
    this.#reached = { goodAtMs, ...(resourceVersion !== undefined && { resourceVersion }) };
  }

  /** As few steps as lead to it. */
  *steps(): Generator<WatchStep, void, undefined> {
    if (this.#reached === undefined) return;
    const { goodAtMs } = this.#reached;
    for (const [uid, object] of this.#known) yield { goodAtMs, changes: [{ uid, object }] };
    yield this.#reached;
  }
}

/** Keeps it in memory: a process that ends takes it along. */
export function createMemoryState(): ListWatchState {
  const kept = new KeptPosition();
  return {
    load: () => Promise.resolve(kept.position && { ...kept.position, known: new Map(kept.position.known) }),
    save: (step) => {
      kept.apply(step);
      return Promise.resolve();
    },
  };
}
