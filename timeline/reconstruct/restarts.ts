import type { ContainerId } from '../contract/primitives.ts';
import type { Cause, Restart } from '../contract/timeline.ts';
import { compareTimes, millisBetween } from '../time.ts';
import { type Counting, countRestarts } from './counting.ts';
import type { NodeCoverage } from './node-clock.ts';
import { judgeEnd } from './end-of-run.ts';
import { EventBudget } from './event-budget.ts';
import { explain } from './explain.ts';
import { KubeletEventReader, type KubeletTrace } from './kubelet-traces.ts';
import { type NodeHistory, readNodeHistory } from './node-history.ts';
import type { PodRecord } from './pod-record.ts';
import type { RestartRules } from './restart-rules.ts';
import { causeOf, type Ending, type Evidence } from './run-end.ts';
import { beganAt, knownSince, madeAt, runtimeSourceOf, type RunTrace } from './run-trace.ts';
import type { PodRuns } from './runs.ts';
import type { SandboxTrace } from './sandboxes.ts';

export interface Restarts {
  /** Oldest first. */
  readonly restarts: Restart[];
  /** Restarts that `restartCount` proves beyond those. */
  readonly unseen: number;
  /** What ended a sandbox, where its containers' restarts tell more than its own trace. */
  readonly sandboxFates: ReadonlyMap<ContainerId, Cause>;
}

/** One run taking the place of another of its container. */
interface Succession {
  readonly run: RunTrace;
  readonly next: RunTrace;
  readonly counting: Counting;
  readonly kubelet: KubeletTrace;
}

/**
 * Every restart of every container of the pod.
 *
 * @param eventOffsetMs how far the clock of who listened to Events is ahead of the node's
 */
export function traceRestarts(
  record: PodRecord,
  { runsByContainer, facts }: PodRuns,
  sandboxes: readonly SandboxTrace[],
  coverage: NodeCoverage,
  eventOffsetMs: number,
): Restarts {
  const hearing = { gracePeriodMs: facts.rules.gracePeriodMs, offsetMs: eventOffsetMs };
  const fromBirth = record.revisions[0]?.type === 'ADDED';
  const teller = new RestartTeller(record, facts.rules, sandboxes, coverage);
  const told: Told[] = [];
  const postponed: Succession[] = [];
  let unseen = 0;
  for (const [container, runs] of runsByContainer) {
    const counts = countRestarts(runs, fromBirth);
    unseen += counts.unseen;
    if (runs.length < 2) continue;
    const events = new KubeletEventReader(record.kubernetesEvents, container, hearing);
    let run: RunTrace | undefined;
    let index = 0;
    for (const next of runs) {
      const counting = counts.countings[index - 1];
      if (run !== undefined && counting !== undefined) {
        const nextBegan = beganAt(next);
        const kubelet = events.read({ end: run.finishedAt, nextBegan, nextEnd: next.finishedAt });
        const succession = { run, next, counting, kubelet };
        // What ended a sandbox is told by those that ended with it, not by what was done before.
        if (isDone(run)) postponed.push(succession);
        else told.push({ since: knownSince(next), restart: teller.tell(succession) });
      }
      run = next;
      index += 1;
    }
  }
  for (const succession of postponed)
    told.push({ since: knownSince(succession.next), restart: teller.tell(succession) });
  if (runsByContainer.size > 1) told.sort(compareTold);
  return { restarts: told.map(({ restart }) => restart), unseen, sandboxFates: teller.sandboxFates };
}

interface Told {
  readonly since: string | undefined;
  readonly restart: Restart;
}

function compareTold(a: Told, b: Told): number {
  if (a.since === undefined || b.since === undefined)
    return Number(a.since === undefined) - Number(b.since === undefined);
  return compareTimes(a.since, b.since) || compareText(a.restart.container, b.restart.container);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isDone({ kind, exitCode }: RunTrace): boolean {
  return kind === 'init' && exitCode === 0;
}

/** Causes that end a sandbox with everything in it. */
const OF_SANDBOX: ReadonlySet<Cause> = new Set(['runtime-restarted', 'node-rebooted', 'kubelet-restarted']);

/** Tells one restart after the other, and keeps what they say of the sandboxes' ends. */
class RestartTeller {
  readonly sandboxFates = new Map<ContainerId, Cause>();
  readonly #sandboxes: ReadonlyMap<ContainerId, SandboxTrace>;
  readonly #rules: RestartRules;
  readonly #coverage: NodeCoverage;
  readonly #node: NodeHistory;
  readonly #standalone: boolean;
  readonly #budget: () => EventBudget;

  constructor(
    record: PodRecord,
    rules: RestartRules,
    sandboxes: readonly SandboxTrace[],
    coverage: NodeCoverage,
  ) {
    this.#sandboxes = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
    this.#rules = rules;
    this.#coverage = coverage;
    this.#node = readNodeHistory(record.nodeEvents);
    this.#standalone = record.standalone;
    let budget: EventBudget | undefined;
    this.#budget = () => (budget ??= new EventBudget(record.kubernetesEvents));
  }

  tell(succession: Succession): Restart {
    const { run, next } = succession;
    const ending = this.#judge(succession);
    const cause = causeOf(ending.end);
    if (run.sandboxId !== undefined && run.sandboxId !== next.sandboxId && this.#tellsMore(ending.end, cause))
      this.sandboxFates.set(run.sandboxId, cause);
    const downtimeMs = downtimeBetween(run, next);
    const backOff = run.backOff?.backoffMs ?? 0;
    const backoffMs = Math.min(backOff, downtimeMs ?? backOff);
    return {
      at: beganAt(next) ?? null,
      container: next.container,
      cause,
      counted: succession.counting.counted,
      explanation: explain({
        ...succession,
        end: ending.end,
        downtimeMs,
        backoffMs,
        rerun: isDone(run),
        policy: this.#standalone ? undefined : this.#rules.policyOf(run),
        mayMissRestarts: mayMissRestarts(succession, this.#coverage),
        standalone: this.#standalone,
      }),
      from: run.containerId,
      to: next.containerId,
      downtimeMs,
      backoffMs,
      evidence: evidenceOf(succession, ending),
    };
  }

  /** Whether the restart says more of the sandbox's end than the sandbox's own trace. */
  #tellsMore(end: Ending['end'], cause: Cause): boolean {
    return OF_SANDBOX.has(cause) || (end.kind === 'sandbox' && end.sandbox?.end !== cause);
  }

  #judge({ run, next, kubelet }: Succession): Ending {
    return judgeEnd({
      run,
      next,
      kubelet,
      sandboxes: this.#sandboxes,
      rules: this.#rules,
      coverage: this.#coverage,
      node: this.#node,
      budget: this.#budget,
      sandboxFate: run.sandboxId === undefined ? undefined : this.sandboxFates.get(run.sandboxId),
      standalone: this.#standalone,
    });
  }
}

function evidenceOf({ run, next, counting }: Succession, { evidence }: Ending): string[] {
  const ids = new Set<string>();
  const add = (event: Evidence | undefined) => {
    if (event !== undefined) ids.add(event.id);
  };
  for (const event of evidence) add(event);
  add(run.backOff?.revision);
  add(next.execution === next.trace?.executions[0] ? next.trace?.create : undefined);
  add(next.execution?.start ?? next.execution?.inspect);
  add(counting.revision);
  return [...ids];
}

/** Whether other runs may have come and gone between the two: the runtime would have told of them, or the count. */
function mayMissRestarts({ run, next, counting }: Succession, coverage: NodeCoverage): boolean {
  if (counting.known || run.overlapped) return false;
  const [from, to] = [run.finishedAt ?? knownSince(run), madeAt(next)];
  if (from === undefined || to === undefined) return true;
  return !coverage.covers(runtimeSourceOf(run), from, to) && !coverage.covers('pod', from, to);
}

/** An init container that was done, and one that has a successor before its end, were not down. */
function downtimeBetween(run: RunTrace, next: RunTrace): number | null {
  if (isDone(run) || run.overlapped) return 0;
  if (run.finishedAt === undefined || next.startedAt === undefined) return null;
  return Math.max(0, millisBetween(run.finishedAt, next.startedAt));
}
