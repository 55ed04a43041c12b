import type { AgentEvent } from '../contract/agent-event.ts';
import type { RecordedEvent } from '../contract/event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodUid } from '../contract/primitives.ts';
import { compareText } from '../text-order.ts';
import { compareTimes } from '../time.ts';
import { PRESSURE } from './rules.ts';

/** What bears witness to a common cause on one node, each kind in order of time. */
export interface Witnesses {
  readonly reboots: readonly KubernetesEvent[];
  readonly kubeletStarts: readonly KubernetesEvent[];
  readonly runtimeStarts: readonly (KubernetesEvent | AgentEvent)[];
  readonly pressure: readonly KubernetesEvent[];
  /** The Events that say that a pod was evicted, by the pod. */
  readonly evictions: ReadonlyMap<PodUid, KubernetesEvent>;
}

/**
 * Sorts out what is said of a node.
 *
 * @param node null: containers of which no node is known, and of which no Event of a node speaks
 */
export function readWitnesses(node: string | null, events: readonly RecordedEvent[]): Witnesses {
  const reboots: KubernetesEvent[] = [];
  const kubeletStarts: KubernetesEvent[] = [];
  const runtimeStarts: (KubernetesEvent | AgentEvent)[] = [];
  const pressure: KubernetesEvent[] = [];
  const evictions = new Map<PodUid, KubernetesEvent>();
  const seen = new Set<string>();
  for (const event of [...events].sort(compareEvents)) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    if (event.source === 'agent') {
      if (isRuntimeStart(event) && (event.agent.node === undefined || event.agent.node === node))
        runtimeStarts.push(event);
    } else if (event.source === 'event' && event.pod !== undefined) {
      if (event.reason === 'Evicted' && !evictions.has(event.pod.uid)) evictions.set(event.pod.uid, event);
    } else if (event.source === 'event' && event.node === node) {
      if (event.reason === 'Rebooted') reboots.push(event);
      else if (isKubeletStart(event)) kubeletStarts.push(event);
      else if (event.reason === 'DockerStart' || event.reason === 'ContainerdStart')
        runtimeStarts.push(event);
      else if (PRESSURE.reasons.has(event.reason)) pressure.push(event);
    }
  }
  return { reboots, kubeletStarts, runtimeStarts, pressure, evictions };
}

/** kube-proxy says `Starting` of the node too. */
function isKubeletStart({ reason, component, message }: KubernetesEvent): boolean {
  return (
    reason === 'Starting' &&
    (message === undefined ? component === 'kubelet' : message.startsWith('Starting kubelet'))
  );
}

/** Only at its end does the agent know that a break in the runtime's events was a restart. */
function isRuntimeStart({ type, watched, reason, from, to }: AgentEvent): boolean {
  return (
    type === 'gap-closed' &&
    (watched === 'docker' || watched === 'cri') &&
    (reason?.endsWith('-restarted') ?? false) &&
    reason !== 'agent-restarted' &&
    from !== undefined &&
    to !== undefined
  );
}

function compareEvents(a: RecordedEvent, b: RecordedEvent): number {
  return (
    compareTimes(a.occurredAt, b.occurredAt) ||
    compareText(a.id, b.id) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}
