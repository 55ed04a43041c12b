import type { PodEvent } from '../contract/pod-event.ts';
import type { RunTrace } from './run-trace.ts';

/** Whether Kubernetes counted a restart, from what to what its count went, and what says so. */
export interface Counting {
  readonly counted: boolean;
  /** False when no status and no label tells; `counted` is then what fits the counts that were seen. */
  readonly known: boolean;
  readonly before?: number;
  readonly after?: number;
  /** Where it is not known which: how many of how many restarts in a row Kubernetes counted. */
  readonly among?: { readonly counted: number; readonly restarts: number };
  /** Restarts between the two runs that the count proves and nobody saw. */
  readonly unseen?: number;
  readonly revision?: PodEvent;
}

export interface ContainerCounts {
  /** One for each run but the first. */
  readonly countings: readonly Counting[];
  /** Restarts that the counts prove beyond those whose runs were seen. */
  readonly unseen: number;
}

/** The count in effect with one run. */
interface Known {
  readonly index: number;
  /** What the run itself brought it to. */
  readonly reached: number;
  /** What it was when the run was last seen. */
  readonly left: number;
  readonly revision?: PodEvent;
}

/**
 * For each run but the first: did it raise `restartCount`? Compares the count that was shown last with the run before
 * with the highest shown with it. The kubelet derives the count from what the runtime still lists or from log files,
 * so that it can stay, jump or fall; after a fall it counts on from where it fell to.
 *
 * Runs too short for a status of their own are judged by the statuses around them, where only one answer fits these.
 *
 * @param runs of one container, in order
 * @param fromBirth whether the first of them is known to be the container's first
 */
export function countRestarts(runs: readonly RunTrace[], fromBirth: boolean): ContainerCounts {
  const countings: Counting[] = [];
  const known = knownCounts(runs);
  if (fromBirth && known[0]?.index !== 0) known.unshift({ index: 0, reached: 0, left: 0 });
  const first = known[0];
  if (first === undefined) {
    for (let index = 1; index < runs.length; index += 1) countings.push({ counted: false, known: false });
    return { countings, unseen: 0 };
  }
  let unseen = Math.max(0, first.reached - first.index);
  for (let index = 1; index <= first.index; index += 1) {
    // What the count has come to says how many were counted by now, not that none of these was.
    const counted = first.index - index < first.reached;
    countings.push({ counted, known: false, ...(index === first.index ? { after: first.reached } : {}) });
  }
  let before = first;
  for (const next of known) {
    if (next === first) continue;
    unseen += between(before, next, countings);
    before = next;
  }
  for (let index = before.index + 1; index < runs.length; index += 1)
    countings.push({ counted: false, known: false, before: before.left });
  return { countings, unseen };
}

/** Judges the restarts from one known count to the next; gives how many more the count proves. */
function between(from: Known, to: Known, countings: Counting[]): number {
  const restarts = to.index - from.index;
  const raised = to.reached - from.left;
  const revision = to.revision === undefined ? {} : { revision: to.revision };
  const unseen = Math.max(0, raised - restarts);
  for (let step = 1; step <= restarts; step += 1) {
    const isLast = step === restarts;
    const own = isLast ? revision : {};
    if (raised >= restarts) {
      const before = from.left + step - 1;
      const after = isLast ? to.reached : before + 1;
      countings.push({
        counted: true,
        known: true,
        before,
        after,
        ...(isLast && unseen > 0 ? { unseen } : {}),
        ...own,
      });
    } else if (raised <= 0) {
      countings.push({
        counted: false,
        known: true,
        before: from.left,
        after: isLast ? to.reached : from.left,
        ...own,
      });
    } else {
      const counted = restarts - step < raised;
      countings.push({ counted, known: false, among: { counted: raised, restarts }, ...own });
    }
  }
  return unseen;
}

/**
 * The counts that are known, in the order of the runs. A status is sure. The kubelet's attempt label is the same
 * number, unless it numbered from 0 again while the status counted on, as where it removed the containers and their
 * logs itself: such a label does not fit the next status.
 */
function knownCounts(runs: readonly RunTrace[]): Known[] {
  const known: Known[] = [];
  const nextStatus = nextStatusCounts(runs);
  for (const [index, run] of runs.entries()) {
    if (run.count !== undefined) {
      const { value, last, revision } = run.count;
      known.push({ index, reached: value, left: last, revision });
    } else if (run.attempt !== undefined) {
      const label = run.attempt;
      const before = known.at(-1);
      const next = nextStatus[index];
      const fits =
        before === undefined ||
        label >= before.left ||
        next === undefined ||
        next.value <= label + next.index - index;
      if (fits) known.push({ index, reached: label, left: label });
    }
  }
  return known;
}

/** For each run, the next count that a status showed after it, and with which run. */
function nextStatusCounts(
  runs: readonly RunTrace[],
): readonly ({ readonly value: number; readonly index: number } | undefined)[] {
  if (runs.every((run) => run.count !== undefined)) return [];
  const next = Array.from<{ value: number; index: number } | undefined>({ length: runs.length });
  for (let index = runs.length - 2; index >= 0; index -= 1) {
    const value = runs[index + 1]?.count?.value;
    next[index] = value === undefined ? next[index + 1] : { value, index: index + 1 };
  }
  return next;
}
