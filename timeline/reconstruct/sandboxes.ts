import type { ContainerId, Timestamp } from '../contract/primitives.ts';
import type { Cause, Sandbox } from '../contract/timeline.ts';
import { compareTimes } from '../time.ts';
import { type ContainerTrace, endOf, startOf } from './container-trace.ts';
import type { NodeCoverage } from './node-clock.ts';

/** What ended a sandbox, in the words of the restart causes. */
export type SandboxEnd = 'sandbox-stopped' | 'sandbox-killed' | 'sandbox-removed' | 'sandbox-changed';

/** A sandbox with the traces that tell how it ended. */
export interface SandboxTrace {
  readonly id: ContainerId;
  readonly trace: ContainerTrace;
  readonly createdAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Undefined while it lives, and for one whose end was not seen. */
  readonly end?: SandboxEnd;
}

/**
 * The pod's sandboxes in the order in which they were made, each with what ended it.
 *
 * The runtime alone tells: the kubelet raises `SandboxChanged` for a sandbox that it finds dead, none for one that is
 * gone, and also for one whose set-up failed (kuberuntime `PodSandboxChanged`).
 */
export function traceSandboxes(
  traces: ReadonlyMap<ContainerId, ContainerTrace>,
  coverage: NodeCoverage,
): SandboxTrace[] {
  const sandboxes: ContainerTrace[] = [];
  for (const trace of traces.values()) if (trace.role === 'sandbox') sandboxes.push(trace);
  sandboxes.sort(compareBeginnings);
  // Only one that has a successor is asked for its end.
  const members = sandboxes.length > 1 ? membersBySandbox(traces) : undefined;
  return sandboxes.map((trace, index) => {
    const next = sandboxes[index + 1];
    const first = trace.executions[0];
    const createdAt = trace.createdAt ?? (first === undefined ? undefined : startOf(first));
    const finishedAt = finishOf(trace);
    const end =
      next === undefined ? undefined : endOfSandbox(trace, next, members?.get(trace.id) ?? [], coverage);
    return {
      id: trace.id,
      trace,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(end === undefined ? {} : { end }),
    };
  });
}

function membersBySandbox(
  traces: ReadonlyMap<ContainerId, ContainerTrace>,
): ReadonlyMap<ContainerId, readonly ContainerTrace[]> {
  const members = new Map<ContainerId, ContainerTrace[]>();
  for (const trace of traces.values()) {
    if (trace.role !== 'container' || trace.sandboxId === undefined) continue;
    const list = members.get(trace.sandboxId);
    if (list === undefined) members.set(trace.sandboxId, [trace]);
    else list.push(trace);
  }
  return members;
}

function finishOf(trace: ContainerTrace): Timestamp | undefined {
  const last = trace.executions.at(-1);
  return (last === undefined ? undefined : endOf(last)?.at) ?? trace.destroy?.occurredAt;
}

/**
 * `docker stop` leaves kill, die, stop; `docker kill` leaves kill, die; `docker rm --force` leaves kill, die, destroy.
 * The kubelet removes dead sandboxes too, but only once there is a newer one. When the kubelet itself gives a sandbox
 * up, it stops it, and the containers in it before: a stop of a sandbox in which nothing ran any more may be its own.
 * containerd tells of neither kill nor stop: there a sandbox that containers outlived was ended by someone else, and
 * who ended one that was empty is for the kubelet to tell (`ofSandbox`).
 */
function endOfSandbox(
  trace: ContainerTrace,
  next: ContainerTrace,
  members: readonly ContainerTrace[],
  coverage: NodeCoverage,
): SandboxEnd | undefined {
  const execution = trace.executions.at(-1);
  const finishedAt = finishOf(trace);
  if (execution === undefined || finishedAt === undefined) return undefined;
  const begun = beginningOf(next);
  // Whether a stop, a removal or a container's end would have been seen if there had been one.
  const isWatched =
    begun !== undefined && coverage.covers(trace.source, execution.kills[0]?.occurredAt ?? finishedAt, begun);
  const ends = members.map(finishOf);
  const outlived = ends.some((end) => end !== undefined && compareTimes(end, finishedAt) >= 0);
  if (execution.stop !== undefined) {
    const emptied = ends.length > 0 && !ends.includes(undefined) && !outlived;
    return (isWatched && !emptied) || outlived ? 'sandbox-stopped' : 'sandbox-changed';
  }
  if (!isWatched) return 'sandbox-changed';
  if (trace.destroy !== undefined && compareTimes(trace.destroy.occurredAt, begun) < 0)
    return 'sandbox-removed';
  const wasKilled = trace.source === 'docker' ? execution.kills.length > 0 : outlived;
  return wasKilled ? 'sandbox-killed' : 'sandbox-changed';
}

function compareBeginnings(a: ContainerTrace, b: ContainerTrace): number {
  const [begun, otherBegun] = [beginningOf(a), beginningOf(b)];
  if (begun === undefined || otherBegun === undefined) {
    return Number(begun === undefined) - Number(otherBegun === undefined) || (a.id < b.id ? -1 : 1);
  }
  return compareTimes(begun, otherBegun) || (a.id < b.id ? -1 : 1);
}

function beginningOf(trace: ContainerTrace): Timestamp | undefined {
  const first = trace.executions[0];
  return trace.createdAt ?? (first === undefined ? undefined : startOf(first)) ?? finishOf(trace);
}

/**
 * A sandbox as the timeline shows it.
 *
 * @param fate what the restarts of its containers say of its end, where they say more than its own trace
 */
export function presentSandbox(sandbox: SandboxTrace, podDeleted: boolean, fate: Cause | undefined): Sandbox {
  const { id, trace, createdAt, finishedAt, end } = sandbox;
  return {
    id,
    attempt: trace.attempt ?? null,
    createdAt: createdAt ?? null,
    finishedAt: finishedAt ?? null,
    endedBy: fate ?? end ?? (podDeleted && finishedAt !== undefined ? 'pod-deleted' : null),
  };
}
