import type { RuntimeEvent } from '../contract/cri-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { ContainerId, ContainerKind, RuntimeName, Timestamp } from '../contract/primitives.ts';
import { latestMeant } from '../time.ts';
import type { ContainerTrace, Execution } from './container-trace.ts';

/** The `restartCount` that statuses showed while a container was the current one. */
export interface SeenCount {
  /** The highest, and where it was first seen. */
  readonly value: number;
  readonly revision: PodEvent;
  /** The one seen last: some kubelets let the count fall while nothing restarts (kubernetes#12485, #13517). */
  readonly last: number;
}

/** A wait of the kubelet before it replaces a run, and the status that names it. */
export interface BackOff {
  readonly backoffMs: number;
  readonly revision: PodEvent;
}

/** A run, each fact from the source most to be trusted for it, with what the conclusions need beside it. */
export interface RunTrace {
  readonly container: string;
  readonly containerId: ContainerId;
  kind: ContainerKind;
  readonly runtime: RuntimeName;
  attempt: number | undefined;
  sandboxId: ContainerId | undefined;
  image: string | undefined;
  imageId: string | undefined;
  createdAt: Timestamp | undefined;
  startedAt: Timestamp | undefined;
  readyAt: Timestamp | undefined;
  finishedAt: Timestamp | undefined;
  exitCode: number | undefined;
  /** The signal's number, where the runtime or the status tells one. */
  signal: number | undefined;
  reason: string | undefined;
  synthetic: boolean;
  /** The status or look that says that the kernel ran out of memory here. */
  oomKilled: PodEvent | RuntimeEvent | undefined;
  /** The status that says that the process could not be started at all. */
  startFailed: PodEvent | undefined;
  /** The status that says that the postStart hook failed. */
  hookFailed: PodEvent | undefined;
  /** The longest back-off that a status named while the kubelet waited to replace this run. */
  backOff: BackOff | undefined;
  count: SeenCount | undefined;
  /** Which of the pod's runs, counted from 0, a status first named as the current one: the order of no clock. */
  named: number | undefined;
  /** The first revision that names this run's end. */
  endRevision: PodEvent | undefined;
  /** Two of the container ran at once: the next run started before this one ended. */
  overlapped: boolean;
  /** By the node's own clock the next run started before this one did, so that its end cannot be placed. */
  clockSetBack: boolean;
  readonly trace: ContainerTrace | undefined;
  readonly execution: Execution | undefined;
}

type Origin = Pick<RunTrace, 'container' | 'containerId' | 'kind' | 'runtime'> &
  Partial<Pick<RunTrace, 'trace' | 'execution'>>;

/** A run of which nothing is known yet. All its fields are there from the start: there are many, and they are hot. */
export function createRun({ container, containerId, kind, runtime, trace, execution }: Origin): RunTrace {
  return {
    container,
    containerId,
    kind,
    runtime,
    attempt: undefined,
    sandboxId: undefined,
    image: undefined,
    imageId: undefined,
    createdAt: undefined,
    startedAt: undefined,
    readyAt: undefined,
    finishedAt: undefined,
    exitCode: undefined,
    signal: undefined,
    reason: undefined,
    synthetic: false,
    oomKilled: undefined,
    startFailed: undefined,
    hookFailed: undefined,
    backOff: undefined,
    count: undefined,
    named: undefined,
    endRevision: undefined,
    overlapped: false,
    clockSetBack: false,
    trace,
    execution,
  };
}

/** Which source would have told what the runtime did to the run. */
export function runtimeSourceOf({ trace, runtime }: RunTrace): RuntimeEvent['source'] {
  return trace?.source ?? (runtime === 'docker' ? 'docker' : 'cri');
}

/** The earliest moment at which the run is known to have been there. */
export function knownSince(run: RunTrace): Timestamp | undefined {
  return run.startedAt ?? run.createdAt ?? run.finishedAt;
}

/** When the run began: its start, else its creation; undefined if neither was seen. */
export function beganAt(run: RunTrace): Timestamp | undefined {
  return run.startedAt ?? run.createdAt;
}

/** When the run was made: its creation, else its start; undefined if neither was seen. */
export function madeAt(run: RunTrace): Timestamp | undefined {
  return run.createdAt ?? run.startedAt;
}

/** By when the next run had begun, at the latest: what would have been told of this one's end came before. */
export function followedAt(next: RunTrace): Timestamp | undefined {
  const began = madeAt(next) ?? next.finishedAt;
  return began === undefined ? undefined : latestMeant(began);
}
