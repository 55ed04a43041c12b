import * as z from 'zod/mini';
import { Journal, type JournalSettings } from '../spool/journal.ts';
import { applyKeptSteps } from './kept-steps.ts';
import { KeptPosition, type ListWatchState, type WatchStep } from './list-watch-state.ts';

const knownObject = z.object({ namespace: z.string(), name: z.string(), resourceVersion: z.string() });
/** Strict: a step that another version wrote in other words must not be taken for one without changes. */
const watchStep = z.strictObject({
  goodAtMs: z.number(),
  resourceVersion: z.optional(z.string()),
  changes: z.optional(z.array(z.object({ uid: z.string(), object: z.optional(knownObject) }))),
});

export interface PersistedStateSettings extends JournalSettings {
  /** What is watched, and of whom: what was kept for anything else is of no use. */
  readonly scope: string;
  readonly aliveEveryMs: number;
}

/** Keeps it in a journal, so that an agent goes on where the one before it was killed. */
export function createPersistedWatchState(settings: PersistedStateSettings): ListWatchState {
  const { scope, aliveEveryMs, clock } = settings;
  const kept = new KeptPosition();
  let syncedAtMs = 0;
  const journal = new Journal(settings, function* () {
    yield { scope };
    yield* kept.steps();
  });
  return {
    aliveEveryMs,
    async load() {
      if (!(await applyKeptSteps(journal, scope, watchStep, (step) => kept.apply(step as WatchStep))))
        return undefined;
      return kept.position && { ...kept.position, known: new Map(kept.position.known) };
    },
    async save(step) {
      kept.apply(step);
      await journal.add(step);
      // While much happens, every step has changes.
      const nowMs = clock.now();
      if (step.changes !== undefined && Math.abs(nowMs - syncedAtMs) < aliveEveryMs) return;
      syncedAtMs = nowMs;
      await journal.sync();
    },
  };
}
