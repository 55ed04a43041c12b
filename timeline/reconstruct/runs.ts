import type { PodEvent } from '../contract/pod-event.ts';
import type { ContainerId, Timestamp } from '../contract/primitives.ts';
import { compareTimes, earliest, millisBetween } from '../time.ts';
import { type ContainerTrace, createExecution, endOf, startOf } from './container-trace.ts';
import { RecentMap } from './recent-map.ts';
import { readRevisions, type RevisionFacts } from './revision-facts.ts';
import { OrderedRuns, straightenRuns } from './run-order.ts';
import { createRun, knownSince, type RunTrace } from './run-trace.ts';
import { isSynthetic, type Sighting, type SyntheticEnd } from './status-sightings.ts';

/** Status times are cut to whole seconds, and written by another process than the runtime's. */
const SAME_EXECUTION_MS = 2_000;

export interface PodRuns {
  /** By container name, each list in the order in which the runs happened. */
  readonly runsByContainer: ReadonlyMap<string, readonly RunTrace[]>;
  readonly facts: RevisionFacts;
}

/**
 * Every run of every container of the pod. A run is known from the runtime or from a status; facts of the runtime come
 * first and a status never overwrites one.
 */
export function traceRuns(
  revisions: readonly PodEvent[],
  traces: ReadonlyMap<ContainerId, ContainerTrace>,
): PodRuns {
  const byId = new RecentMap<RunTrace[]>();
  for (const trace of traces.values()) {
    if (trace.role === 'container') byId.set(trace.id, runsOfTrace(trace));
  }
  let named = 0;
  const facts = readRevisions(revisions, (sighting) => {
    const run = addSighting(byId, sighting);
    if (sighting.current && run.named === undefined) run.named = named++;
  });

  const lists = new Map<string, OrderedRuns>();
  for (const runs of byId.all.values()) {
    for (const run of runs) {
      run.kind = facts.kinds.get(run.container) ?? run.kind;
      let list = lists.get(run.container);
      if (list === undefined) {
        list = new OrderedRuns();
        lists.set(run.container, list);
      }
      list.add(run);
    }
  }
  const runsByContainer = new Map<string, readonly RunTrace[]>();
  for (const [container, list] of lists) runsByContainer.set(container, list.take());
  markSynthetic(runsByContainer, facts.synthetic);
  for (const runs of runsByContainer.values()) straightenRuns(runs);
  return { runsByContainer, facts };
}

function runsOfTrace(trace: ContainerTrace): RunTrace[] {
  // A container that was made but never seen to start is a run all the same: it was there, from create to destroy.
  const executions = trace.executions.length > 0 ? trace.executions : [createExecution()];
  return executions.map((execution, index) => {
    const { container, id: containerId, runtime } = trace;
    const run = createRun({ container, containerId, kind: 'app', runtime, trace, execution });
    run.attempt = trace.attempt;
    run.sandboxId = trace.sandboxId;
    run.image = trace.image;
    if (index === 0) run.createdAt = trace.createdAt;
    run.startedAt = startOf(execution);
    const end = endOf(execution);
    run.finishedAt = end?.at;
    run.exitCode = end?.exitCode;
    if (execution.inspect?.state?.oomKilled === true) run.oomKilled = execution.inspect;
    return run;
  });
}

function addSighting(byId: RecentMap<RunTrace[]>, sighting: Sighting): RunTrace {
  let runs = byId.get(sighting.containerId);
  if (runs === undefined) {
    runs = [];
    byId.set(sighting.containerId, runs);
  }
  let run = executionSighted(runs, sighting.startedAt);
  if (run === undefined) {
    const { container, containerId, kind, runtime } = sighting;
    run = createRun({ container, containerId, kind, runtime });
    runs.push(run);
  }
  const { revision } = sighting;
  if (sighting.image !== undefined) run.image ??= sighting.image;
  if (sighting.imageId !== undefined) run.imageId ??= sighting.imageId;
  if (sighting.startedAt !== undefined) run.startedAt ??= sighting.startedAt;
  if (sighting.restartCount !== undefined) addCount(run, sighting.restartCount, revision);
  if (sighting.ready) run.readyAt = earliest(run.readyAt, revision.occurredAt) ?? revision.occurredAt;
  if (sighting.waitingFor !== undefined) addWaiting(run, sighting.waitingFor, revision);
  const { backoffMs } = sighting;
  if (backoffMs !== undefined && backoffMs > (run.backOff?.backoffMs ?? -1))
    run.backOff = { backoffMs, revision };
  if (sighting.terminated !== undefined) addEnd(run, sighting);
  return run;
}

function addCount(run: RunTrace, count: number, revision: PodEvent): void {
  // The status of a container and its attempt are one number at the kubelet (kuberuntime `RestartCount`).
  run.attempt ??= count;
  const seen = run.count;
  if (seen === undefined || count > seen.value) run.count = { value: count, revision, last: count };
  else if (count !== seen.last) run.count = { value: seen.value, revision: seen.revision, last: count };
}

/** The kubelet's words for what kept it from having a container run (kuberuntime_container.go `startContainer`). */
function addWaiting(run: RunTrace, reason: string, revision: PodEvent): void {
  if (reason.startsWith('PostStartHookError')) run.hookFailed ??= revision;
  else if (reason === 'RunContainerError') run.startFailed ??= revision;
}

/** Which execution of the container a status speaks of: the one that started when the status says. */
function executionSighted(runs: readonly RunTrace[], startedAt: Timestamp | undefined): RunTrace | undefined {
  if (startedAt === undefined || runs.length === 0) return runs.at(-1);
  return (
    runs.findLast((run) => run.startedAt !== undefined && isSameStart(run.startedAt, startedAt)) ??
    runs.findLast((run) => run.startedAt === undefined)
  );
}

function isSameStart(a: Timestamp, b: Timestamp): boolean {
  // Most are of one second, which their text shows; reading dates is what costs.
  return a.startsWith(b.slice(0, 19)) || Math.abs(millisBetween(a, b)) <= SAME_EXECUTION_MS;
}

/** Reasons of a status for a process that never ran: of containerd and CRI-O, of Docker. */
const NEVER_RAN = new Set(['StartError', 'ContainerCannotRun']);

function addEnd(run: RunTrace, { terminated, finishedAt, revision }: Sighting): void {
  if (terminated === undefined) return;
  if (isSynthetic(terminated)) {
    if (run.finishedAt === undefined) run.synthetic = true;
    return;
  }
  run.synthetic = false;
  run.endRevision ??= revision;
  if (finishedAt !== undefined) run.finishedAt ??= finishedAt;
  run.exitCode ??= terminated.exitCode;
  if (terminated.reason !== undefined) {
    run.reason ??= terminated.reason;
    if (NEVER_RAN.has(terminated.reason)) run.startFailed ??= revision;
  }
  if (terminated.signal !== undefined && terminated.signal > 0) run.signal ??= terminated.signal;
  if (terminated.reason === 'OOMKilled') run.oomKilled ??= revision;
}

/** A made-up end has no container ID: it is that of the run before the successor, or of the last one so far. */
function markSynthetic(
  runsByContainer: ReadonlyMap<string, readonly RunTrace[]>,
  ends: readonly SyntheticEnd[],
): void {
  if (ends.length === 0) return;
  const places = new Map<ContainerId, number>();
  for (const runs of runsByContainer.values())
    for (const [index, { containerId }] of runs.entries()) places.set(containerId, index);
  for (const { container, successor, last, revision } of ends) {
    const runs = runsByContainer.get(container) ?? [];
    const followed = successor === undefined ? undefined : places.get(successor);
    const named = last === undefined ? undefined : places.get(last);
    let run = followed === undefined ? undefined : runs[followed - 1];
    if (followed === undefined) {
      run =
        named === undefined
          ? runs.findLast(
              (one) => compareTimes(knownSince(one) ?? revision.observedAt, revision.observedAt) <= 0,
            )
          : runs[named];
    }
    if (run !== undefined && run.finishedAt === undefined && run.exitCode === undefined) run.synthetic = true;
  }
}
