import * as z from 'zod/mini';
import { Journal } from '../spool/journal.ts';
import { applyKeptSteps } from './kept-steps.ts';
import type { PersistedStateSettings } from './persisted-watch-state.ts';

/** How far the agent came with a runtime. */
export interface RuntimePosition {
  /** The last moment at which nothing was missed, in milliseconds since the epoch. */
  readonly goodAtMs: number;
  /** The keys of the messages seen last, the oldest first. */
  readonly seen: readonly SeenMessage[];
}

export interface SeenMessage {
  readonly key: string;
  readonly nano?: string;
}

/** One step forward, saved only after what it passes is safe in the spool. */
export interface RuntimeStep {
  readonly goodAtMs: number;
  readonly message?: SeenMessage;
}

/** Where the source of a runtime keeps how far it came. */
export interface RuntimeState {
  /** What the agent before this one has left; undefined if nothing. */
  load(): Promise<RuntimePosition | undefined>;
  /** Resolves when the process may be killed. Steps are saved in their order, and in that of the calls. */
  save(steps: readonly RuntimeStep[]): Promise<void>;
  /** How often it wants to hear that nothing was missed, though nothing happened; absent: never. */
  readonly aliveEveryMs?: number;
}

/** As many as the Engine's ring of past events has: what is older is not in it any more. */
const SEEN = 256;

const runtimeStep = z.object({
  goodAtMs: z.number(),
  message: z.optional(z.object({ key: z.string(), nano: z.optional(z.string()) })),
});

/** Keeps nothing: a process that ends takes it along. */
export function createForgetfulRuntimeState(): RuntimeState {
  return { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
}

/** Keeps it in a journal, so that an agent goes on where the one before it was killed. */
export function createPersistedRuntimeState(settings: PersistedStateSettings): RuntimeState {
  const { scope, aliveEveryMs } = settings;
  const seen: SeenMessage[] = [];
  let goodAtMs: number | undefined;
  const apply = (step: RuntimeStep) => {
    goodAtMs = step.goodAtMs;
    if (step.message !== undefined) seen.push(step.message);
    if (seen.length > SEEN * 2) seen.splice(0, seen.length - SEEN);
  };
  const journal = new Journal(settings, function* () {
    yield { scope };
    if (goodAtMs === undefined) return;
    for (const message of seen.slice(-SEEN)) yield { goodAtMs, message };
    yield { goodAtMs };
  });
  return {
    aliveEveryMs,
    async load() {
      if (!(await applyKeptSteps(journal, scope, runtimeStep, (step) => apply(step as RuntimeStep))))
        return undefined;
      return goodAtMs === undefined ? undefined : { goodAtMs, seen: seen.slice(-SEEN) };
    },
    async save(steps) {
      for (const step of steps) apply(step);
      await Promise.all(steps.map((step) => journal.add(step)));
      if (steps.some(({ message }) => message === undefined)) await journal.sync();
    },
  };
}
