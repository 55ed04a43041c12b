import type { ContainerStatus, PodEvent, TerminatedState } from '../contract/pod-event.ts';
import type { ContainerId, ContainerKind, RuntimeName, Timestamp } from '../contract/primitives.ts';

/** What one pod revision says of one container ID. */
export interface Sighting {
  readonly containerId: ContainerId;
  readonly container: string;
  readonly kind: ContainerKind;
  readonly runtime: RuntimeName;
  /** Whether the revision names it as the container that is there now, running or ended. */
  readonly current: boolean;
  readonly startedAt: Timestamp | undefined;
  readonly finishedAt: Timestamp | undefined;
  readonly terminated: TerminatedState | undefined;
  /** Why the kubelet waits with the next container while it still names this one. */
  readonly waitingFor: string | undefined;
  /** The back-off that it names meanwhile. */
  readonly backoffMs: number | undefined;
  readonly image: string | undefined;
  readonly imageId: string | undefined;
  /** Undefined where the count may already be that of the container to come. */
  readonly restartCount: number | undefined;
  readonly ready: boolean;
  readonly revision: PodEvent;
}

/** An end that the kubelet made up because it found no container: neither an exit code nor an OOM kill. */
export interface SyntheticEnd {
  readonly container: string;
  /** The container that followed, where there is one already. */
  readonly successor: ContainerId | undefined;
  /** The container that a status last named before. */
  readonly last: ContainerId | undefined;
  readonly revision: PodEvent;
}

/**
 * The kubelet fills in 137 and `ContainerStatusUnknown` for a container that it can no longer find
 * (kubelet_pods.go `convertToAPIContainerStatuses`), and overwrites it later if the container turns up.
 */
export function isSynthetic(state: TerminatedState): boolean {
  return state.reason === 'ContainerStatusUnknown';
}

/** Tells of every container ID that the statuses name as it goes: a long history has too many to hold. */
export class StatusReader {
  /** The ends that the kubelet made up. */
  readonly synthetic: SyntheticEnd[] = [];
  readonly #tell: (sighting: Sighting) => void;
  readonly #lastNamed = new Map<string, ContainerId>();

  constructor(tell: (sighting: Sighting) => void) {
    this.#tell = tell;
  }

  /** To be called with every status, in the order of the revisions. */
  see(status: ContainerStatus, revision: PodEvent): void {
    const { name, containerId } = status;
    const previous = status.lastState?.terminated;
    const { terminated, waiting } = status.state ?? {};
    if (previous !== undefined) {
      if (isSynthetic(previous)) {
        const successor = waiting === undefined ? containerId : undefined;
        this.synthetic.push({ container: name, successor, last: this.#lastNamed.get(name), revision });
      }
      if (previous.containerId !== undefined && previous.containerId !== containerId) {
        this.#tell(sightingOf(status, previous.containerId, false, revision, previous));
      }
    }
    if (containerId === undefined) return;
    this.#lastNamed.set(name, containerId);
    const isPrevious = waiting !== undefined && previous?.containerId === containerId;
    const ended = terminated ?? (isPrevious ? previous : undefined);
    this.#tell(sightingOf(status, containerId, true, revision, ended));
  }
}

/**
 * While the kubelet waits to make the next container, it may have raised the count and still name the last one (as for
 * a container that it removed itself); in back-off it has not yet.
 */
function isAwaitingSuccessor({ state }: ContainerStatus): boolean {
  return state?.waiting !== undefined && state.waiting.reason !== 'CrashLoopBackOff';
}

/** A runtime's zero, which CRI statuses show as 1970 (containerd writes it for a start that failed), is no time. */
function told(time: Timestamp | undefined): Timestamp | undefined {
  return time === undefined || time < '1971' ? undefined : time;
}

function sightingOf(
  status: ContainerStatus,
  containerId: ContainerId,
  current: boolean,
  revision: PodEvent,
  terminated: TerminatedState | undefined,
): Sighting {
  const { running, waiting } = status.state ?? {};
  return {
    containerId,
    container: status.name,
    kind: status.kind,
    runtime: status.runtime ?? 'other',
    current,
    startedAt: told(terminated?.startedAt) ?? (current ? told(running?.startedAt) : undefined),
    finishedAt: told(terminated?.finishedAt),
    terminated,
    waitingFor: current ? waiting?.reason : undefined,
    backoffMs: current ? waiting?.backoffMs : undefined,
    // The image fields of a status describe its current container, not the one before.
    image: current ? status.image : undefined,
    imageId: current ? status.imageId : undefined,
    restartCount: current && !isAwaitingSuccessor(status) ? status.restartCount : undefined,
    ready: current && status.ready && running !== undefined,
    revision,
  };
}
