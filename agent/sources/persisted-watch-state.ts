import * as z from 'zod/mini';
import { Journal, type JournalSettings } from '../spool/journal.ts';
import { KeptPosition, type ListWatchState, type WatchStep } from './list-watch-state.ts';

const watchStep = z.object({
  goodAtMs: z.number(),
  resourceVersion: z.optional(z.string()),
  change: z.optional(
    z.object({
      uid: z.string(),
      object: z.optional(z.object({ namespace: z.string(), name: z.string(), resourceVersion: z.string() })),
    }),
  ),
});

export interface PersistedStateSettings extends JournalSettings {
  /** What is watched, and of whom: what was kept for anything else is of no use. */
  readonly scope: string;
  readonly aliveEveryMs: number;
}

/** Keeps it in a journal, so that an agent goes on where the one before it was killed. */
export function createPersistedWatchState(settings: PersistedStateSettings): ListWatchState {
  const { scope, aliveEveryMs } = settings;
  const kept = new KeptPosition();
  const journal = new Journal(settings, function* () {
    yield { scope };
    yield* kept.steps();
  });
  return {
    aliveEveryMs,
    async load() {
      const [first, ...steps] = await journal.load();
      if (!z.object({ scope: z.literal(scope) }).safeParse(first).success) return undefined;
      for (const step of steps) {
        const parsed = watchStep.safeParse(step);
        if (!parsed.success) break;
        kept.apply(parsed.data as WatchStep);
      }
      return kept.position && { ...kept.position, known: new Map(kept.position.known) };
    },
    async save(step) {
      kept.apply(step);
      await journal.add(step);
      if (step.change === undefined) await journal.sync();
    },
  };
}
