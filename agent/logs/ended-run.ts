import type { PodRef, Timestamp } from '../../timeline/contract/primitives.ts';
import { createNotes } from '../trim/drops.ts';
import { trimPod } from '../trim/pod.ts';
import { isRaw, type Raw } from '../trim/readers.ts';

/** A run that ended and that another has replaced, as the pod's status tells of it. */
export interface EndedRun {
  readonly pod: PodRef;
  readonly container: string;
  readonly containerId: string;
  readonly startedAt: Timestamp | undefined;
  readonly finishedAt: Timestamp;
}

const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

/** Whether a pod's object names a run that ended before the present one. It is asked of every delta. */
export function hasEndedRun(object: Raw): boolean {
  const { status } = object;
  if (!isRaw(status)) return false;
  return STATUS_LISTS.some((list) => {
    const statuses = status[list];
    return (
      Array.isArray(statuses) &&
      statuses.some(
        (one: unknown) => isRaw(one) && isRaw(one['lastState']) && isRaw(one['lastState']['terminated']),
      )
    );
  });
}

/**
 * The runs of a pod that ended before the present ones, one of each container at most. One whose end the kubelet made
 * up (`ContainerStatusUnknown` has no end) has no log that it could give.
 */
export function endedRunsOf(object: Raw): EndedRun[] {
  const trimmed = trimPod(object, SILENT);
  if ('problem' in trimmed) return [];
  return trimmed.containers.flatMap(({ name: container, lastState }): EndedRun[] => {
    const { containerId, startedAt, finishedAt } = lastState?.terminated ?? {};
    if (containerId === undefined || finishedAt === undefined) return [];
    return [{ pod: trimmed.pod, container, containerId, startedAt, finishedAt }];
  });
}

/** What is odd is told where the pod itself is trimmed. */
const SILENT = createNotes(() => {});
