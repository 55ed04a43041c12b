import type { ContainerId, Timestamp } from '../contract/primitives.ts';
import type { Sandbox } from '../contract/timeline.ts';
import { compareTimes } from '../time.ts';
import { type ContainerTrace, endOf, startOf } from './container-trace.ts';

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
export function traceSandboxes(traces: ReadonlyMap<ContainerId, ContainerTrace>): SandboxTrace[] {
  const all = [...traces.values()];
  const sandboxes = all.filter((trace) => trace.role === 'sandbox').sort(compareBeginnings);
  return sandboxes.map((trace, index) => {
    const next = sandboxes[index + 1];
    const members = all.filter((other) => other.role === 'container' && other.sandboxId === trace.id);
    const first = trace.executions[0];
    const createdAt = trace.createdAt ?? (first === undefined ? undefined : startOf(first));
    const finishedAt = finishOf(trace);
    const end = next === undefined ? undefined : endOfSandbox(trace, next, members);
    return {
      id: trace.id,
      trace,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(end === undefined ? {} : { end }),
    };
  });
}

function finishOf(trace: ContainerTrace): Timestamp | undefined {
  const last = trace.executions.at(-1);
  return (last === undefined ? undefined : endOf(last)?.at) ?? trace.destroy?.occurredAt;
}

/**
 * `docker stop` leaves kill, die, stop; `docker kill` leaves kill, die; `docker rm --force` leaves kill, die, destroy.
 * The kubelet removes dead sandboxes too, but only once there is a newer one. When the kubelet itself gives a sandbox
 * up, it first ends the containers in it.
 */
function endOfSandbox(
  trace: ContainerTrace,
  next: ContainerTrace,
  members: readonly ContainerTrace[],
): SandboxEnd | undefined {
  const execution = trace.executions.at(-1);
  const finishedAt = finishOf(trace);
  if (execution === undefined || finishedAt === undefined) return undefined;
  const containersEndedFirst =
    members.length > 0 &&
    members.every((member) => {
      const end = finishOf(member);
      return end !== undefined && compareTimes(end, finishedAt) < 0;
    });
  if (containersEndedFirst) return 'sandbox-changed';
  if (execution.stop !== undefined) return 'sandbox-stopped';
  const begun = next.createdAt;
  if (
    trace.destroy !== undefined &&
    begun !== undefined &&
    compareTimes(trace.destroy.occurredAt, begun) < 0
  ) {
    return 'sandbox-removed';
  }
  return execution.kills.length > 0 ? 'sandbox-killed' : 'sandbox-changed';
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

/** A sandbox as the timeline shows it. */
export function presentSandbox(sandbox: SandboxTrace, podDeleted: boolean): Sandbox {
  const { id, trace, createdAt, finishedAt, end } = sandbox;
  return {
    id,
    attempt: trace.attempt ?? null,
    createdAt: createdAt ?? null,
    finishedAt: finishedAt ?? null,
    endedBy: end ?? (podDeleted && finishedAt !== undefined ? 'pod-deleted' : null),
  };
}
