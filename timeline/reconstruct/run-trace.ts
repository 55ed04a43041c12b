import type { DockerEvent } from '../contract/docker-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { ContainerId, ContainerKind, RuntimeName, Timestamp } from '../contract/primitives.ts';
import type { ContainerTrace, Execution } from './container-trace.ts';

/** A run, each fact from the source most to be trusted for it, with what the conclusions need beside it. */
export interface RunTrace {
  readonly container: string;
  readonly containerId: ContainerId;
  kind: ContainerKind;
  runtime: RuntimeName;
  attempt?: number;
  sandboxId?: ContainerId;
  image?: string;
  imageId?: string;
  createdAt?: Timestamp;
  startedAt?: Timestamp;
  readyAt?: Timestamp;
  finishedAt?: Timestamp;
  exitCode?: number;
  /** The signal's number, where the runtime or the status tells one. */
  signal?: number;
  reason?: string;
  synthetic?: boolean;
  /** The status or look that says that the kernel ran out of memory here. */
  oomKilled?: PodEvent | DockerEvent;
  /** The highest `restartCount` seen while this was the current container, and where it was first seen. */
  count?: { readonly value: number; readonly revision: PodEvent };
  /** The first revision that names this run's end. */
  endRevision?: PodEvent;
  trace?: ContainerTrace;
  execution?: Execution;
}

/** The earliest moment at which the run is known to have been there. */
export function knownSince(run: RunTrace): Timestamp | undefined {
  return run.startedAt ?? run.createdAt ?? run.finishedAt;
}
