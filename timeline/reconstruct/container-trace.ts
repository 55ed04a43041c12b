import type { RuntimeEvent } from '../contract/cri-event.ts';
import type { DockerAction } from '../contract/docker-event.ts';
import type { ContainerId, RuntimeName, Timestamp } from '../contract/primitives.ts';
import { RecentMap } from './recent-map.ts';
import { SIGKILL, SIGTERM } from '../signals.ts';
import { compareTimes, millisBetween } from '../time.ts';

/**
 * One execution of a container as the runtime told it: from a start to the next. A container that the kubelet made
 * has one; `docker restart` and Docker's own restart policy give the same container ID more.
 */
export interface Execution {
  start: RuntimeEvent | undefined;
  /** The `docker restart` that began this execution. */
  restart: RuntimeEvent | undefined;
  kills: readonly RuntimeEvent[];
  ooms: readonly RuntimeEvent[];
  die: RuntimeEvent | undefined;
  stop: RuntimeEvent | undefined;
  /** The newest look at this execution. */
  inspect: RuntimeEvent | undefined;
}

const NONE: readonly RuntimeEvent[] = [];

/** An execution of which nothing was told yet. */
export function createExecution(): Execution {
  return {
    start: undefined,
    restart: undefined,
    kills: NONE,
    ooms: NONE,
    die: undefined,
    stop: undefined,
    inspect: undefined,
  };
}

/** All that the runtime told of one container. */
export interface ContainerTrace {
  readonly id: ContainerId;
  /** Who told of it. */
  readonly source: RuntimeEvent['source'];
  readonly runtime: RuntimeName;
  readonly role: RuntimeEvent['role'];
  readonly container: string;
  sandboxId: ContainerId | undefined;
  attempt: number | undefined;
  image: string | undefined;
  create: RuntimeEvent | undefined;
  createdAt: Timestamp | undefined;
  destroy: RuntimeEvent | undefined;
  readonly executions: Execution[];
}

function createTrace(event: RuntimeEvent): ContainerTrace {
  const { containerId, source, role, container } = event;
  return {
    id: containerId,
    source,
    runtime: event.source === 'docker' ? 'docker' : event.runtime,
    role,
    container,
    sandboxId: undefined,
    attempt: undefined,
    image: undefined,
    create: undefined,
    createdAt: undefined,
    destroy: undefined,
    executions: [],
  };
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
export function traceContainers(events: readonly RuntimeEvent[]): ReadonlyMap<ContainerId, ContainerTrace> {
  const traces = new RecentMap<ContainerTrace>();
  const looks: RuntimeEvent[] = [];
  for (const event of events) {
    let trace = traces.get(event.containerId);
    if (trace === undefined) {
      trace = createTrace(event);
      traces.set(event.containerId, trace);
    }
    if (event.sandboxId !== undefined) trace.sandboxId ??= event.sandboxId;
    if (event.attempt !== undefined) trace.attempt ??= event.attempt;
    if (event.image !== undefined) trace.image ??= event.image;
    if (event.action === 'inspect') looks.push(event);
    else addEvent(trace, event);
  }
  // A look at a container is weaker than the events of the same execution, so it is fitted in once all are there.
  for (const look of looks) {
    const trace = traces.get(look.containerId);
    if (trace !== undefined) addInspect(trace, look);
  }
  return traces.all;
}

function addEvent(trace: ContainerTrace, event: RuntimeEvent): void {
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
      addKill(last(trace), event);
      return;
    case 'oom':
      addOom(last(trace), event);
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

/** Most executions have none, and share an empty list; a hostile one may have a hundred thousand. */
function addKill(execution: Execution, event: RuntimeEvent): void {
  if (execution.kills === NONE) execution.kills = [event];
  else (execution.kills as RuntimeEvent[]).push(event);
}

function addOom(execution: Execution, event: RuntimeEvent): void {
  if (execution.ooms === NONE) execution.ooms = [event];
  else (execution.ooms as RuntimeEvent[]).push(event);
}

function begin(trace: ContainerTrace): Execution {
  const execution = createExecution();
  trace.executions.push(execution);
  return execution;
}

function last(trace: ContainerTrace): Execution {
  return trace.executions.at(-1) ?? begin(trace);
}

function executionForEnd(trace: ContainerTrace, die: RuntimeEvent): Execution {
  const current = last(trace);
  if (current.die !== undefined) return begin(trace);
  const start = current.start?.occurredAt;
  if (start === undefined || die.executionMs === undefined) return current;
  const fits = Math.abs(millisBetween(start, die.occurredAt) - die.executionMs) <= SAME_LENGTH_MS;
  return fits ? current : begin(trace);
}

function addInspect(trace: ContainerTrace, event: RuntimeEvent): void {
  const state = event.state;
  if (state?.createdAt !== undefined) trace.createdAt ??= state.createdAt;
  if (state?.startedAt === undefined) {
    addLookAtEnd(trace, event);
    return;
  }
  const { startedAt } = state;
  const same = trace.executions.find((execution) => {
    const start = execution.start?.occurredAt ?? execution.inspect?.state?.startedAt;
    if (start !== undefined) return Math.abs(millisBetween(startedAt, start)) <= SAME_START_MS;
    return execution.die === undefined || compareTimes(startedAt, execution.die.occurredAt) <= 0;
  });
  const execution = same ?? createExecution();
  if (execution.inspect === undefined || compareTimes(execution.inspect.occurredAt, event.occurredAt) <= 0) {
    execution.inspect = event;
  }
  if (same !== undefined) return;
  const later = trace.executions.findIndex(
    (other) => compareTimes(beginningOf(other) ?? startedAt, startedAt) > 0,
  );
  trace.executions.splice(later < 0 ? trace.executions.length : later, 0, execution);
}

/** containerd's list of tasks tells when one ended and not when it began; none of its containers runs twice. */
function addLookAtEnd(trace: ContainerTrace, event: RuntimeEvent): void {
  if (event.source !== 'cri' || event.state?.finishedAt === undefined || trace.executions.length > 1) return;
  const execution = last(trace);
  if (execution.die === undefined) execution.inspect ??= event;
}

function beginningOf(execution: Execution): Timestamp | undefined {
  return execution.start?.occurredAt ?? execution.inspect?.state?.startedAt ?? execution.die?.occurredAt;
}

/** Signals that ask a process to end, at once or when it has tidied up; others end it at once or not at all. */
const ASKS_TO_END: ReadonlySet<number | undefined> = new Set([undefined, 2, 3, SIGKILL, SIGTERM]);
const TIDYING_MS = 60_000;
const AT_ONCE_MS = 5_000;

/** The kills that can have ended the execution: not the SIGHUP of an hour ago that had it read its files anew. */
export function endingKills({ kills, die, stop }: Execution): readonly RuntimeEvent[] {
  if (kills.length === 0 || die === undefined || stop !== undefined) return kills;
  return kills.filter(({ signal, occurredAt }) => canHaveEnded(signal, occurredAt, die.occurredAt));
}

/** Whether a signal of then can be why a process ended when it did. */
export function canHaveEnded(signal: number | undefined, sentAt: Timestamp, diedAt: Timestamp): boolean {
  return millisBetween(sentAt, diedAt) <= (ASKS_TO_END.has(signal) ? TIDYING_MS : AT_ONCE_MS);
}

/** Engines before 1.9 told of no kill when they stopped a container (moby#15438), only of the stop right after. */
const SAME_STOP_MS = 2_000;

/**
 * Whether the execution ended because Docker was asked to stop it. The order of `die` and `stop` is not sure
 * (moby#50220); a `stop` long after the end, without a kill, is of someone who ended Docker's waiting to restart it.
 */
export function stoppedByRequest({ kills, die, stop }: Execution): boolean {
  if (stop === undefined) return false;
  if (kills.length > 0 || die === undefined) return true;
  return Math.abs(millisBetween(die.occurredAt, stop.occurredAt)) <= SAME_STOP_MS;
}

/** When the execution started; undefined if that was not seen. */
export function startOf(execution: Execution): Timestamp | undefined {
  return execution.start?.occurredAt ?? execution.inspect?.state?.startedAt;
}

/** How the execution ended, from its `die` or a later look; undefined while it runs or if that was not seen. */
export function endOf(
  execution: Execution,
): { at: Timestamp; exitCode?: number; event: RuntimeEvent } | undefined {
  if (execution.die !== undefined) {
    const { occurredAt: at, exitCode } = execution.die;
    return exitCode === undefined ? { at, event: execution.die } : { at, exitCode, event: execution.die };
  }
  const state = execution.inspect?.state;
  if (execution.inspect === undefined || state?.finishedAt === undefined) return undefined;
  if (state.startedAt === undefined && execution.inspect.source === 'docker') return undefined;
  // Docker keeps the last end while a container runs anew: only one that follows the start is this execution's.
  if (state.startedAt !== undefined && compareTimes(state.finishedAt, state.startedAt) < 0) return undefined;
  return state.exitCode === undefined
    ? { at: state.finishedAt, event: execution.inspect }
    : { at: state.finishedAt, exitCode: state.exitCode, event: execution.inspect };
}
