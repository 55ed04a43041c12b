import type { PodEvent } from '../contract/pod-event.ts';
import type { RunTrace } from './run-trace.ts';

/** Whether Kubernetes counted a restart, from what to what its count went, and what says so. */
export interface Counting {
  readonly counted: boolean;
  /** False when no status and no label tells; `counted` is then false for want of better. */
  readonly known: boolean;
  readonly before?: number;
  readonly after?: number;
  readonly revision?: PodEvent;
}

/**
 * For each run but the first: did it raise `restartCount`? Compares the highest count seen before the run with the
 * one seen with it. The kubelet derives the count from what the runtime still lists or from log files, so that it
 * can stay, jump or fall.
 *
 * A run too short for a status of its own is judged by the kubelet's attempt label on the container, which is the
 * number that the status shows; without a label, by the statuses around it, where only one answer fits them.
 *
 * @param runs of one container, in order
 * @param fromBirth whether the first of them is known to be the container's first
 */
export function countRestarts(runs: readonly RunTrace[], fromBirth: boolean): Counting[] {
  const known = runs.map((run) => run.count?.value ?? run.attempt);
  const next = knownNext(known);
  const countings: Counting[] = [];
  let before = known[0] ?? (fromBirth ? 0 : undefined);
  for (const [index, run] of runs.entries()) {
    if (index === 0) continue;
    const after = known[index];
    const revision = run.count?.revision;
    if (before === undefined)
      countings.push({ counted: false, known: false, ...(after === undefined ? {} : { after }) });
    else if (after !== undefined) {
      countings.push({
        counted: after > before,
        known: true,
        before,
        after,
        ...(revision === undefined ? {} : { revision }),
      });
    } else countings.push(between(before, next[index], index));
    if (after !== undefined && (before === undefined || after > before)) before = after;
  }
  return countings;
}

/** For each run, the next known count after it, and where. */
function knownNext(known: readonly (number | undefined)[]): ({ value: number; index: number } | undefined)[] {
  const next = Array.from<{ value: number; index: number } | undefined>({ length: known.length });
  for (let index = known.length - 2; index >= 0; index -= 1) {
    const value = known[index + 1];
    next[index] = value === undefined ? next[index + 1] : { value, index: index + 1 };
  }
  return next;
}

function between(
  before: number,
  next: { value: number; index: number } | undefined,
  index: number,
): Counting {
  if (next === undefined) return { counted: false, known: false, before };
  const restartsBetween = next.index - index + 1;
  if (next.value <= before) return { counted: false, known: true, before, after: next.value };
  if (next.value - before >= restartsBetween)
    return { counted: true, known: true, before, after: before + 1 };
  return { counted: false, known: false, before };
}
