import type { Timestamp } from '../contract/primitives.ts';
import { signalOfExitCode } from '../signals.ts';
import { compareTimes, millisBetween } from '../time.ts';
import { knownSince, type RunTrace } from './run-trace.ts';

/** Status times are cut to whole seconds, and written by another process than the runtime's. */
const SAME_MOMENT_MS = 2_000;

/**
 * The runs of one container in the order in which they happened. Times come first; where they contradict the order in
 * which the API server's revisions named the containers, the node's clock was set back, and the revisions are right.
 */
export class OrderedRuns {
  readonly #runs: RunTrace[] = [];
  #last: RunTrace | undefined;
  #isSorted = true;
  #isAsNamed = true;
  #lastNamed = -1;

  add(run: RunTrace): void {
    if (this.#last !== undefined) this.#isSorted &&= compareRuns(this.#last, run) <= 0;
    this.#last = run;
    if (run.named !== undefined) {
      this.#isAsNamed &&= run.named > this.#lastNamed;
      this.#lastNamed = run.named;
    }
    this.#runs.push(run);
  }

  /** To be called once, when all were added. */
  take(): readonly RunTrace[] {
    const runs = this.#runs;
    if (this.#isSorted && this.#isAsNamed) return runs;
    if (!this.#isSorted) runs.sort(compareRuns);
    if (!contradictsRevisions(runs)) return runs;
    const named = runs
      .filter((run) => run.named !== undefined)
      .sort((a, b) => (a.named ?? 0) - (b.named ?? 0));
    let next = 0;
    return runs.map((run) => (run.named === undefined ? run : (named[next++] ?? run)));
  }
}

/** By what is known of them; those of one moment by their attempt. */
function compareRuns(a: RunTrace, b: RunTrace): number {
  const [since, otherSince] = [knownSince(a), knownSince(b)];
  const byTime =
    since === undefined || otherSince === undefined
      ? Number(since === undefined) - Number(otherSince === undefined)
      : compareTimes(since, otherSince);
  return (
    byTime ||
    (a.attempt ?? 0) - (b.attempt ?? 0) ||
    (a.containerId < b.containerId ? -1 : Number(a.containerId > b.containerId))
  );
}

function contradictsRevisions(runs: readonly RunTrace[]): boolean {
  let newest: RunTrace | undefined;
  for (const run of runs) {
    if (run.named === undefined) continue;
    if (newest?.named !== undefined && run.named < newest.named) {
      const [from, to] = [knownSince(newest), knownSince(run)];
      if (from !== undefined && to !== undefined && millisBetween(from, to) > SAME_MOMENT_MS) return true;
    } else newest = run;
  }
  return false;
}

/**
 * Holds what must hold of any container whatever the clocks say: a run does not end before it begins, nor after the
 * next of its container has begun. Signals are read from the exit code last, when nothing better told of them.
 */
export function straightenRuns(runs: readonly RunTrace[]): void {
  let run: RunTrace | undefined;
  for (const next of runs) {
    if (run !== undefined) straighten(run, next.startedAt);
    run = next;
  }
  if (run !== undefined) straighten(run, undefined);
}

function straighten(run: RunTrace, next: Timestamp | undefined): void {
  if (next !== undefined) straightenAgainst(run, next);
  const { startedAt, finishedAt } = run;
  if (finishedAt !== undefined && startedAt !== undefined && compareTimes(finishedAt, startedAt) < 0)
    run.finishedAt = startedAt;
  straightenReadiness(run);
  if (run.signal === undefined && run.exitCode !== undefined)
    run.signal = signalOfExitCode(run.exitCode) ?? undefined;
}

function straightenAgainst(run: RunTrace, next: Timestamp): void {
  if (run.startedAt !== undefined && compareTimes(next, run.startedAt) < 0) {
    run.clockSetBack = true;
    run.finishedAt = undefined;
    return;
  }
  if (run.finishedAt === undefined || compareTimes(run.finishedAt, next) <= 0) return;
  if (millisBetween(next, run.finishedAt) > SAME_MOMENT_MS) run.overlapped = true;
  run.finishedAt = next;
}

/** Readiness is dated by the newest moment that a revision names, which can be of another clock. */
function straightenReadiness(run: RunTrace): void {
  const { readyAt, startedAt, finishedAt } = run;
  if (readyAt === undefined) return;
  if (startedAt !== undefined && compareTimes(readyAt, startedAt) < 0)
    run.readyAt = millisBetween(readyAt, startedAt) > SAME_MOMENT_MS ? undefined : startedAt;
  if (run.readyAt !== undefined && finishedAt !== undefined && compareTimes(run.readyAt, finishedAt) > 0)
    run.readyAt = undefined;
}
