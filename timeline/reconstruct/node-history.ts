import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { compareTimes, latestMeant, shift } from '../time.ts';

/** A start of the node: what ran before `boundary` ended with it, what was made from then on is of the new boot. */
export interface Reboot {
  readonly boundary: Timestamp;
  readonly bootId: string | undefined;
  readonly evidence: readonly KubernetesEvent[];
}

/** An out-of-memory kill that the node told of without naming a container. */
export interface NodeOom {
  /** Of the whole node, or of some memory cgroup on it. */
  readonly scope: 'node' | 'cgroup';
  readonly event: KubernetesEvent;
}

/** What befell the node as a whole, as far as its Events tell. All times are of the node's clock. */
export interface NodeHistory {
  /** The reboot that lies between two moments, if one does. */
  rebootBetween(ended: Timestamp, began: Timestamp): Reboot | undefined;
  /** The last start of the kubelet from `from` to `to`. */
  kubeletStartWithin(from: Timestamp, to: Timestamp): KubernetesEvent | undefined;
  /** A start of the container runtime from `from` to `to`. */
  runtimeStartWithin(from: Timestamp, to: Timestamp): KubernetesEvent | undefined;
  oomWithin(from: Timestamp, to: Timestamp): NodeOom | undefined;
}

/** A kubelet starts, makes its first status of the node, and finds only then that the boot id is another. */
const BOOT_MS = 10 * 60_000;
/** Without an Event of the kubelet's start: pods are made anew a little before the reboot is told. */
const TOLD_AFTER_MS = 30_000;

/** @param events of the pod's node, in the order of time */
export function readNodeHistory(events: readonly KubernetesEvent[]): NodeHistory {
  const kubeletStarts = events.filter(isKubeletStart);
  const runtimeStarts = events.filter(
    ({ reason }) => reason === 'DockerStart' || reason === 'ContainerdStart',
  );
  const ooms = events.flatMap(oomOf);
  const reboots = readReboots(events, kubeletStarts);
  return {
    rebootBetween: (ended, began) =>
      reboots.findLast(
        ({ boundary }) =>
          compareTimes(ended, boundary) < 0 && compareTimes(boundary, latestMeant(began)) <= 0,
      ),
    kubeletStartWithin: (from, to) => kubeletStarts.findLast((event) => isWithin(event, from, to)),
    runtimeStartWithin: (from, to) => runtimeStarts.find((event) => isWithin(event, from, to)),
    oomWithin: (from, to) => ooms.find(({ event }) => isWithin(event, from, to)),
  };
}

/** An Event names a second and may stand for several: it counts when its first or its last one falls within. */
function isWithin(event: KubernetesEvent, from: Timestamp, to: Timestamp): boolean {
  return [event.firstAt ?? event.occurredAt, event.occurredAt].some(
    (at) => compareTimes(latestMeant(at), from) >= 0 && compareTimes(at, to) <= 0,
  );
}

/** `Starting` is the word of kube-proxy too (kubelet.go `BirthCry`); `KubeletStart` is the node problem detector's. */
function isKubeletStart({ reason, message, component }: KubernetesEvent): boolean {
  if (reason === 'KubeletStart') return true;
  if (reason !== 'Starting') return false;
  return message === undefined ? component === 'kubelet' : message.startsWith('Starting kubelet');
}

/** The kubelet's `SystemOOM` is of the whole node (oom watcher); the problem detector's message says of what. */
function oomOf(event: KubernetesEvent): NodeOom[] {
  if (event.reason === 'SystemOOM') return [{ scope: 'node', event }];
  if (event.reason !== 'OOMKilling') return [];
  return [{ scope: event.message?.startsWith('Memory cgroup') === true ? 'cgroup' : 'node', event }];
}

/**
 * The kubelet tells of one reboot again and again while it cannot write the node's status (kubernetes#129151): the
 * first time counts.
 */
function readReboots(
  events: readonly KubernetesEvent[],
  kubeletStarts: readonly KubernetesEvent[],
): readonly Reboot[] {
  const reboots: Reboot[] = [];
  const bootIds = new Set<string>();
  for (const event of events) {
    if (event.reason !== 'Rebooted') continue;
    const bootId = /boot id: (\S+)/.exec(event.message ?? '')?.[1];
    if (bootId !== undefined) {
      if (bootIds.has(bootId)) continue;
      bootIds.add(bootId);
    }
    const toldAt = event.firstAt ?? event.occurredAt;
    const started = kubeletStarts.findLast(
      ({ occurredAt }) =>
        compareTimes(occurredAt, latestMeant(toldAt)) <= 0 &&
        compareTimes(shift(toldAt, -BOOT_MS), occurredAt) <= 0,
    );
    reboots.push({
      boundary: started?.occurredAt ?? shift(toldAt, -TOLD_AFTER_MS),
      bootId,
      evidence: started === undefined ? [event] : [started, event],
    });
  }
  return reboots;
}
