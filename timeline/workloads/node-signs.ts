import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, latestMeant } from '../time.ts';
import { shiftWithin } from './moment.ts';

/** What a pod's node was heard to say that bears on the end of its pods. */
export interface NodeSigns {
  /** That it was closed to new pods (cordoned). */
  readonly cordoned: KubernetesEvent | undefined;
  /** That it was not ready, or on its way out of the cluster. */
  readonly lost: KubernetesEvent | undefined;
  /** What the kubelet tried to reclaim, as in `Attempting to reclaim memory`. */
  readonly reclaiming: KubernetesEvent | undefined;
  readonly shutDown: KubernetesEvent | undefined;
}

/** The kubelet tells of a cordon with its next look at its node, every 10 s (`nodeStatusUpdateFrequency`), and that may be after the first eviction. */
const TOLD_LATE_MS = 15_000;
/** Eviction takes what is over a threshold one pod at a time, each after a look every 10 s and a grace period. */
const RECLAIM_MS = 10 * 60_000;
const SHUTDOWN_MS = 10 * 60_000;

/**
 * @param events about the pod's node, in the order of time
 * @param at when the pod left
 */
export function readNodeSigns(events: readonly KubernetesEvent[], at: Timestamp): NodeSigns {
  const upTo = (end: Timestamp) => (event: KubernetesEvent) => compareTimes(event.occurredAt, end) <= 0;
  const before = events.filter(upTo(latestMeant(at)));
  const soon = events.filter(upTo(shiftWithin(at, TOLD_LATE_MS)));
  return {
    cordoned:
      lastWord(before, 'NodeNotSchedulable', 'NodeSchedulable') ??
      soon.slice(before.length).find(({ reason }) => reason === 'NodeNotSchedulable'),
    lost:
      before.findLast(isOneOf('RemovingNode', 'DeletingNode')) ??
      lastWord(before, 'NodeNotReady', 'NodeReady'),
    reclaiming: recent(before, at, RECLAIM_MS).findLast(isOneOf('EvictionThresholdMet')),
    shutDown: recent(before, at, SHUTDOWN_MS).findLast(
      ({ reason, message }) => reason === 'Shutdown' && message?.includes('cancel') !== true,
    ),
  };
}

/** The last Event of `on`, unless one of `off` came later. */
function lastWord(events: readonly KubernetesEvent[], on: string, off: string): KubernetesEvent | undefined {
  const last = events.findLast(isOneOf(on, off));
  return last?.reason === on ? last : undefined;
}

function isOneOf(...reasons: readonly string[]): (event: KubernetesEvent) => boolean {
  return ({ reason }) => reasons.includes(reason);
}

function recent(events: readonly KubernetesEvent[], at: Timestamp, ms: number): KubernetesEvent[] {
  const since = shiftWithin(at, -ms);
  return events.filter(({ occurredAt }) => compareTimes(occurredAt, since) >= 0);
}
