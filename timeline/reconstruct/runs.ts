import type { PodEvent } from '../contract/pod-event.ts';
import type { ContainerId, ContainerKind } from '../contract/primitives.ts';
import { signalOfExitCode } from '../signals.ts';
import { compareTimes, earliest, millisBetween } from '../time.ts';
import { type ContainerTrace, endOf, startOf } from './container-trace.ts';
import type { PodRecord } from './pod-record.ts';
import { knownSince, type RunTrace } from './run-trace.ts';
import { isSynthetic, type Sighting, type SyntheticEnd, sight } from './status-sightings.ts';

/** Status times are cut to whole seconds, and written by another process than the runtime's. */
const SAME_EXECUTION_MS = 2_000;

/**
 * Every run of every container of the pod, by container name, each list in the order in which the runs happened.
 * A run is known from the runtime or from a status; facts of the runtime come first and a status never overwrites
 * one.
 */
export function traceRuns(
  record: PodRecord,
  traces: ReadonlyMap<ContainerId, ContainerTrace>,
): Map<string, RunTrace[]> {
  const kinds = containerKinds(record.revisions);
  const byId = new Map<ContainerId, RunTrace[]>();
  for (const trace of traces.values()) {
    if (trace.role === 'container')
      byId.set(trace.id, runsOfTrace(trace, kinds.get(trace.container) ?? 'app'));
  }
  const synthetic = sight(record.revisions, (sighting) => addSighting(byId, sighting));

  const byContainer = new Map<string, RunTrace[]>();
  for (const runs of byId.values()) {
    for (const run of runs) {
      const list = byContainer.get(run.container);
      if (list === undefined) byContainer.set(run.container, [run]);
      else list.push(run);
    }
  }
  for (const runs of byContainer.values()) runs.sort(compareRuns);
  for (const end of synthetic) markSynthetic(byContainer.get(end.container) ?? [], end);
  for (const runs of byContainer.values()) straighten(runs);
  return byContainer;
}

function containerKinds(revisions: readonly PodEvent[]): Map<string, ContainerKind> {
  const kinds = new Map<string, ContainerKind>();
  for (const revision of revisions) {
    for (const { name, kind } of revision.spec?.containers ?? []) kinds.set(name, kind);
    for (const { name, kind } of revision.containerStatuses ?? []) kinds.set(name, kind);
  }
  return kinds;
}

function runsOfTrace(trace: ContainerTrace, kind: ContainerKind): RunTrace[] {
  // A container that was made but never seen to start is a run all the same: it was there, from create to destroy.
  const executions = trace.executions.length > 0 ? trace.executions : [{ kills: [], ooms: [] }];
  return executions.map((execution, index) => {
    const run: RunTrace = {
      container: trace.container,
      containerId: trace.id,
      kind,
      runtime: 'docker',
      trace,
      execution,
    };
    if (trace.attempt !== undefined) run.attempt = trace.attempt;
    if (trace.sandboxId !== undefined) run.sandboxId = trace.sandboxId;
    if (trace.image !== undefined) run.image = trace.image;
    if (index === 0 && trace.createdAt !== undefined) run.createdAt = trace.createdAt;
    const startedAt = startOf(execution);
    if (startedAt !== undefined) run.startedAt = startedAt;
    const end = endOf(execution);
    if (end !== undefined) {
      run.finishedAt = end.at;
      if (end.exitCode !== undefined) run.exitCode = end.exitCode;
    }
    if (execution.inspect?.state?.oomKilled === true) run.oomKilled = execution.inspect;
    return run;
  });
}

function addSighting(byId: Map<ContainerId, RunTrace[]>, sighting: Sighting): void {
  let runs = byId.get(sighting.containerId);
  if (runs === undefined) {
    runs = [];
    byId.set(sighting.containerId, runs);
  }
  let run = executionSighted(runs, sighting);
  if (run === undefined) {
    const { container, containerId, kind, runtime } = sighting;
    run = { container, containerId, kind, runtime };
    runs.push(run);
  }
  run.kind = sighting.kind;
  if (sighting.image !== undefined) run.image ??= sighting.image;
  if (sighting.imageId !== undefined) run.imageId ??= sighting.imageId;
  if (sighting.startedAt !== undefined) run.startedAt ??= sighting.startedAt;
  const { restartCount } = sighting;
  if (restartCount !== undefined) {
    // The status of a container and its attempt are one number at the kubelet (kuberuntime `RestartCount`).
    run.attempt ??= restartCount;
    if (run.count === undefined || restartCount > run.count.value) {
      run.count = { value: restartCount, revision: sighting.revision };
    }
  }
  if (sighting.ready)
    run.readyAt = earliest(run.readyAt, sighting.revision.occurredAt) ?? sighting.revision.occurredAt;
  if (sighting.terminated !== undefined) addEnd(run, sighting);
}

/** Which execution of the container a status speaks of: the one that started when the status says. */
function executionSighted(runs: readonly RunTrace[], sighting: Sighting): RunTrace | undefined {
  const { startedAt } = sighting;
  if (startedAt === undefined) return runs.at(-1);
  return (
    runs.findLast(
      (run) =>
        run.startedAt !== undefined && Math.abs(millisBetween(run.startedAt, startedAt)) <= SAME_EXECUTION_MS,
    ) ?? runs.findLast((run) => run.startedAt === undefined)
  );
}

function addEnd(run: RunTrace, { terminated, revision }: Sighting): void {
  if (terminated === undefined) return;
  if (isSynthetic(terminated)) {
    if (run.finishedAt === undefined) run.synthetic = true;
    return;
  }
  delete run.synthetic;
  run.endRevision ??= revision;
  if (terminated.finishedAt !== undefined) run.finishedAt ??= terminated.finishedAt;
  run.exitCode ??= terminated.exitCode;
  if (terminated.reason !== undefined) run.reason ??= terminated.reason;
  if (terminated.signal !== undefined && terminated.signal > 0) run.signal ??= terminated.signal;
  if (terminated.reason === 'OOMKilled') run.oomKilled ??= revision;
}

/** A made-up end has no container ID: it is that of the run before the successor, or of the last one so far. */
function markSynthetic(runs: readonly RunTrace[], { successor, revision }: SyntheticEnd): void {
  const followed = runs.findIndex((run) => run.containerId === successor);
  const run =
    followed >= 0
      ? runs[followed - 1]
      : runs.findLast(
          (one) => compareTimes(knownSince(one) ?? revision.observedAt, revision.observedAt) <= 0,
        );
  if (run !== undefined && run.finishedAt === undefined) run.synthetic = true;
}

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

/**
 * Holds what must hold of any container whatever the clocks say: a run does not end before it begins, nor after the
 * next of its container has begun. Signals are read from the exit code last, when nothing better told of them.
 */
function straighten(runs: readonly RunTrace[]): void {
  for (const [index, run] of runs.entries()) {
    const next = runs[index + 1]?.startedAt;
    if (run.finishedAt !== undefined && next !== undefined && compareTimes(run.finishedAt, next) > 0)
      run.finishedAt = next;
    if (
      run.finishedAt !== undefined &&
      run.startedAt !== undefined &&
      compareTimes(run.finishedAt, run.startedAt) < 0
    ) {
      run.finishedAt = run.startedAt;
    }
    if (run.signal === undefined && run.exitCode !== undefined) {
      const signal = signalOfExitCode(run.exitCode);
      if (signal !== null) run.signal = signal;
    }
  }
}
