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
  readonly startedAt?: Timestamp | undefined;
  readonly terminated?: TerminatedState | undefined;
  readonly image?: string | undefined;
  readonly imageId?: string | undefined;
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
  readonly revision: PodEvent;
}

/**
 * The kubelet fills in 137 and `ContainerStatusUnknown` for a container that it can no longer find
 * (kubelet_pods.go `convertToAPIContainerStatuses`), and overwrites it later if the container turns up.
 */
export function isSynthetic(state: TerminatedState): boolean {
  return state.reason === 'ContainerStatusUnknown';
}

/**
 * Tells of every container ID that the revisions name, revision by revision, as it goes: a long history has too many
 * to hold. Gives the ends that the kubelet made up.
 */
export function sight(revisions: readonly PodEvent[], tell: (sighting: Sighting) => void): SyntheticEnd[] {
  const synthetic: SyntheticEnd[] = [];
  for (const revision of revisions) {
    for (const status of revision.containerStatuses ?? []) {
      const previous = status.lastState?.terminated;
      const { running, terminated, waiting } = status.state ?? {};
      if (previous !== undefined) {
        if (isSynthetic(previous)) {
          const successor = waiting === undefined ? status.containerId : undefined;
          synthetic.push({ container: status.name, successor, revision });
        }
        if (previous.containerId !== undefined && previous.containerId !== status.containerId) {
          tell(sightingOf(status, previous.containerId, false, revision, previous));
        }
      }
      if (status.containerId === undefined) continue;
      const isPrevious = waiting !== undefined && previous?.containerId === status.containerId;
      const ended = terminated ?? (isPrevious ? previous : undefined);
      tell(sightingOf(status, status.containerId, true, revision, ended, running?.startedAt));
    }
  }
  return synthetic;
}

/**
 * While the kubelet waits to make the next container, it may have raised the count and still name the last one (as for
 * a container that it removed itself); in back-off it has not yet.
 */
function isAwaitingSuccessor({ state }: ContainerStatus): boolean {
  return state?.waiting !== undefined && state.waiting.reason !== 'CrashLoopBackOff';
}

function sightingOf(
  status: ContainerStatus,
  containerId: ContainerId,
  current: boolean,
  revision: PodEvent,
  terminated?: TerminatedState,
  startedAt?: Timestamp,
): Sighting {
  return {
    containerId,
    container: status.name,
    kind: status.kind,
    runtime: status.runtime ?? 'other',
    current,
    startedAt: terminated?.startedAt ?? startedAt,
    terminated,
    // The image fields of a status describe its current container, not the one before.
    image: current ? status.image : undefined,
    imageId: current ? status.imageId : undefined,
    restartCount: current && !isAwaitingSuccessor(status) ? status.restartCount : undefined,
    ready: current && status.ready && status.state?.running !== undefined,
    revision,
  };
}
