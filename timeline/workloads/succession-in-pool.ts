import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, latest } from '../time.ts';
import {
  AT_ONCE_MS,
  inOrderOfLeaving,
  isBornAfter,
  isOfOneOwner,
  lagAfterLeaving,
  SETTLED_MS,
} from './kinship.ts';
import { shiftWithin } from './moment.ts';
import type { PodLife } from './pod-life.ts';
import type { Succession } from './succession.ts';

/** A controller that could not make a pod (quota, admission) tries again with a growing delay. */
const HINDERED_MS = 60_000;
/** `Recreate` waits until the last old pod is gone before the first new one is made. */
const RECREATED_MS = 10_000;

/** A failed pod's place is taken by the next, after a back-off; one that succeeded has done its part. */
export function succeedInJob(pool: readonly PodLife[], found: Map<PodLife, Succession>): void {
  const claims = new Claims(pool);
  const left = inOrderOfLeaving(pool);
  for (const life of left.filter(({ succeeded }) => succeeded))
    claims.take((next) => isBornAfter(next, life) && lagAfterLeaving(life, next) <= AT_ONCE_MS);
  for (const life of left.filter(({ succeeded }) => !succeeded)) {
    const to = claims.take((next) => isBornAfter(next, life));
    if (to !== undefined) found.set(life, { how: 'made-up', to });
  }
}

/**
 * Pods that are as good as one another. A pod can take one place, so what is surest goes first: what was made up for
 * at once; what a rollout replaced; what had to wait; and last what came back after the workload had nothing left.
 */
export function succeedInPool(pool: readonly PodLife[], found: Map<PodLife, Succession>): void {
  const claims = new Claims(pool);
  const left = inOrderOfLeaving(pool);
  const pass = (
    which: (life: PodLife) => boolean,
    fits: (life: PodLife) => (next: PodLife) => boolean,
    tell: (life: PodLife, to: PodLife) => Succession,
  ) => {
    for (const life of left) {
      if (found.has(life) || !which(life)) continue;
      const to = claims.take(fits(life));
      if (to !== undefined) found.set(life, tell(life, to));
    }
  };
  const anyOne = () => true;
  const isOwn = (life: PodLife) => life.end?.kind !== 'deleted';
  const ofOwner = (maxMs: number) => (life: PodLife) => (next: PodLife) =>
    isOfOneOwner(life, next) && isBornAfter(next, life) && lagAfterLeaving(life, next) <= maxMs;
  pass(anyOne, ofOwner(AT_ONCE_MS), (_, to) => ({ how: 'made-up', to }));
  const goneAts = lastGoneByRevision(pool);
  const ofRollout = (life: PodLife) => (next: PodLife) => isOfRollout(life, next, goneAts);
  pass(
    (life) => !isOwn(life),
    ofRollout,
    (_, to) => ({ how: 'other-revision', to }),
  );
  pass(isOwn, ofRollout, (_, to) => ({ how: 'other-revision', to }));
  pass(isOwn, ofOwner(HINDERED_MS), (_, to) => ({ how: 'made-up', to }));
  const empty = emptyStretches(pool);
  pass(
    anyOne,
    (life) => (next) => isAfterNothing(life, next, empty),
    (life, to) => {
      const ofOneOwner = isOfOneOwner(life, to);
      return ofOneOwner || life.revision !== to.revision
        ? { how: 'later', to, ofOneOwner }
        : { how: 'remade', to };
    },
  );
}

/** The pods of a pool, each of which can take one place. */
class Claims {
  readonly #free: Set<PodLife>;

  constructor(pool: readonly PodLife[]) {
    this.#free = new Set(pool);
  }

  /** Takes the first that fits. */
  take(fits: (next: PodLife) => boolean): PodLife | undefined {
    for (const next of this.#free) {
      if (!fits(next)) continue;
      this.#free.delete(next);
      return next;
    }
    return undefined;
  }
}

function isOfRollout(
  life: PodLife,
  next: PodLife,
  goneAts: ReadonlyMap<string | undefined, Timestamp>,
): boolean {
  if (next === life || next.revision === life.revision || next.revision === undefined) return false;
  if (life.leaving === undefined || next.bornAt === undefined) return false;
  if (life.bornAt !== undefined && compareTimes(next.bornAt, life.bornAt) < 0) return false;
  if (next.leaving !== undefined && compareTimes(next.leaving.at, life.leaving.at) < 0) return false;
  const until = latest(
    shiftWithin(life.leaving.at, AT_ONCE_MS),
    shiftWithin(goneAts.get(life.revision) ?? life.leaving.at, RECREATED_MS),
  );
  return until === undefined || compareTimes(next.bornAt, until) <= 0;
}

/** When the last pod of a revision was gone; nothing for one that still has pods. */
function lastGoneByRevision(pool: readonly PodLife[]): ReadonlyMap<string | undefined, Timestamp> {
  const last = new Map<string | undefined, Timestamp>();
  const living = new Set<string | undefined>();
  for (const { revision, goneAt } of pool) {
    if (goneAt === undefined) living.add(revision);
    else last.set(revision, latest(last.get(revision), goneAt) ?? goneAt);
  }
  for (const revision of living) last.delete(revision);
  return last;
}

interface Stretch {
  /** When the last pod was asked to go. */
  readonly from: Timestamp;
  /** When the next came. */
  readonly to: Timestamp;
}

/** When the workload had no pod that was to stay. */
function emptyStretches(pool: readonly PodLife[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let until: Timestamp | undefined;
  for (const { bornAt, leaving } of pool) {
    if (bornAt === undefined) continue;
    if (until !== undefined && compareTimes(until, bornAt) < 0) stretches.push({ from: until, to: bornAt });
    if (leaving === undefined) break;
    until = latest(until, leaving.at);
  }
  return stretches;
}

/** The workload went down to nothing, this pod with it, and came back. */
function isAfterNothing({ leaving }: PodLife, { bornAt }: PodLife, empty: readonly Stretch[]): boolean {
  if (leaving === undefined || bornAt === undefined) return false;
  return empty.some(
    ({ from, to }) =>
      compareTimes(leaving.at, from) <= 0 &&
      compareTimes(shiftWithin(from, -SETTLED_MS), leaving.at) <= 0 &&
      compareTimes(to, bornAt) <= 0 &&
      compareTimes(bornAt, shiftWithin(to, SETTLED_MS)) <= 0,
  );
}
