import type { DockerAction, DockerEvent } from '../contract/docker-event.ts';
import type { ContainerId, Timestamp } from '../contract/primitives.ts';
import { compareTimes, millisBetween } from '../time.ts';

/**
 * One execution of a container as the runtime told it: from a start to the next. A container that the kubelet made
 * has one; `docker restart` and Docker's own restart policy give the same container ID more.
 */
export interface Execution {
  start?: DockerEvent;
  /** The `docker restart` that began this execution. */
  restart?: DockerEvent;
  readonly kills: DockerEvent[];
  readonly ooms: DockerEvent[];
  die?: DockerEvent;
  stop?: DockerEvent;
  /** The newest look at this execution. */
  inspect?: DockerEvent;
}

/** All that the runtime told of one container. */
export interface ContainerTrace {
  readonly id: ContainerId;
  readonly role: DockerEvent['role'];
  readonly container: string;
  sandboxId?: ContainerId;
  attempt?: number;
  image?: string;
  create?: DockerEvent;
  createdAt?: Timestamp;
  destroy?: DockerEvent;
  readonly executions: Execution[];
}

/** A look and an event of one start differ by the time that Docker takes to tell of it. */
const SAME_START_MS = 1_500;
/** Docker rounds an execution's length to whole seconds. */
const SAME_LENGTH_MS = 2_000;

/**
 * Folds the runtime's events into one trace a container.
 *
 * @param events in the order of time
 */
export function traceContainers(events: readonly DockerEvent[]): Map<ContainerId, ContainerTrace> {
  const traces = new Map<ContainerId, ContainerTrace>();
  for (const event of events) {
    let trace = traces.get(event.containerId);
    if (trace === undefined) {
      trace = { id: event.containerId, role: event.role, container: event.container, executions: [] };
      traces.set(event.containerId, trace);
    }
    if (event.sandboxId !== undefined) trace.sandboxId ??= event.sandboxId;
    if (event.attempt !== undefined) trace.attempt ??= event.attempt;
    if (event.image !== undefined) trace.image ??= event.image;
    if (event.action !== 'inspect') addEvent(trace, event);
  }
  // A look at a container is weaker than the events of the same execution, so it is fitted in once all are there.
  for (const event of events) {
    const trace = traces.get(event.containerId);
    if (trace !== undefined && event.action === 'inspect') addInspect(trace, event);
  }
  return traces;
}

function addEvent(trace: ContainerTrace, event: DockerEvent): void {
  const action: DockerAction = event.action;
  switch (action) {
    case 'create':
      trace.create ??= event;
      trace.createdAt = trace.create.occurredAt;
      return;
    case 'destroy':
      trace.destroy ??= event;
      return;
    case 'start':
      // Whatever was told before a start belongs to an earlier execution, even one whose own start was not seen.
      begin(trace).start = event;
      return;
    case 'die':
      executionForEnd(trace, event).die = event;
      return;
    case 'kill':
      last(trace).kills.push(event);
      return;
    case 'oom':
      last(trace).ooms.push(event);
      return;
    case 'stop':
      last(trace).stop ??= event;
      return;
    case 'restart':
      last(trace).restart ??= event;
      return;
    case 'pause':
    case 'unpause':
    case 'health_status':
    case 'inspect':
      return;
    default:
      action satisfies never;
  }
}

function begin(trace: ContainerTrace): Execution {
  const execution: Execution = { kills: [], ooms: [] };
  trace.executions.push(execution);
  return execution;
}

function last(trace: ContainerTrace): Execution {
  return trace.executions.at(-1) ?? begin(trace);
}

function executionForEnd(trace: ContainerTrace, die: DockerEvent): Execution {
  const current = last(trace);
  if (current.die !== undefined) return begin(trace);
  const start = current.start?.occurredAt;
  if (start === undefined || die.executionMs === undefined) return current;
  const fits = Math.abs(millisBetween(start, die.occurredAt) - die.executionMs) <= SAME_LENGTH_MS;
  return fits ? current : begin(trace);
}

function addInspect(trace: ContainerTrace, event: DockerEvent): void {
  const state = event.state;
  if (state?.createdAt !== undefined) trace.createdAt ??= state.createdAt;
  if (state?.startedAt === undefined) return;
  const { startedAt } = state;
  const same = trace.executions.find((execution) => {
    const start = execution.start?.occurredAt ?? execution.inspect?.state?.startedAt;
    if (start !== undefined) return Math.abs(millisBetween(startedAt, start)) <= SAME_START_MS;
    return execution.die === undefined || compareTimes(startedAt, execution.die.occurredAt) <= 0;
  });
  const execution = same ?? { kills: [], ooms: [] };
  if (execution.inspect === undefined || compareTimes(execution.inspect.occurredAt, event.occurredAt) <= 0) {
    execution.inspect = event;
  }
  if (same !== undefined) return;
  const later = trace.executions.findIndex(
    (other) => compareTimes(beginningOf(other) ?? startedAt, startedAt) > 0,
  );
  trace.executions.splice(later < 0 ? trace.executions.length : later, 0, execution);
}

function beginningOf(execution: Execution): Timestamp | undefined {
  return execution.start?.occurredAt ?? execution.inspect?.state?.startedAt ?? execution.die?.occurredAt;
}

/** When the execution started; undefined if that was not seen. */
export function startOf(execution: Execution): Timestamp | undefined {
  return execution.start?.occurredAt ?? execution.inspect?.state?.startedAt;
}

/** How the execution ended, from its `die` or a later look; undefined while it runs or if that was not seen. */
export function endOf(
  execution: Execution,
): { at: Timestamp; exitCode?: number; event: DockerEvent } | undefined {
  if (execution.die !== undefined) {
    const { occurredAt: at, exitCode } = execution.die;
    return exitCode === undefined ? { at, event: execution.die } : { at, exitCode, event: execution.die };
  }
  const state = execution.inspect?.state;
  if (execution.inspect === undefined || state?.finishedAt === undefined || state.startedAt === undefined)
    return undefined;
  // Docker keeps the last end while a container runs anew: only one that follows the start is this execution's.
  if (compareTimes(state.finishedAt, state.startedAt) < 0) return undefined;
  return state.exitCode === undefined
    ? { at: state.finishedAt, event: execution.inspect }
    : { at: state.finishedAt, exitCode: state.exitCode, event: execution.inspect };
}
