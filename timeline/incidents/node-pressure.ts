import type { NodePod } from '../contract/incident.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { Candidate } from './node-restarts.ts';
import { MIN_MEMBERS, PRESSURE } from './rules.ts';
import { type EndedPod, type Finding, tell } from './told.ts';
import type { Witnesses } from './witnesses.ts';

/** A stretch in which the kubelet told of pressure, and its Events. */
interface Stretch {
  readonly events: KubernetesEvent[];
  readonly from: number;
  until: number;
}

interface Eviction extends EndedPod {
  readonly event: KubernetesEvent;
}

/** What fell to the pressure on a node's resources; the rule is in `rules.ts`. */
export function findPressure(
  node: string | null,
  candidates: readonly Candidate[],
  { pressure, evictions }: Witnesses,
  pods: readonly NodePod[],
): Finding[] {
  const evicted = pods.flatMap((pod): Eviction[] => {
    const event = evictions.get(pod.uid);
    return event === undefined ? [] : [{ pod, at: event.occurredAt, event }];
  });
  const ooms = candidates.filter(
    ({ restart, endedAt }) => restart.cause === 'oom-killed' && endedAt !== undefined,
  );
  return stretchesOf(pressure).flatMap((stretch) => {
    const within = evicted.filter(({ at }) => {
      const moment = Date.parse(at);
      return moment >= stretch.from && moment <= stretch.until;
    });
    const killed = ooms.filter(({ endedAt }) => endedAt !== undefined && isOfNode(endedAt, stretch.events));
    if (within.length + killed.length < MIN_MEMBERS) return [];
    return tell({
      kind: 'node-pressure',
      node,
      candidates: killed,
      ended: within,
      testimonies: [...stretch.events, ...within.map(({ event }) => event)].map(({ id, occurredAt }) => ({
        id,
        times: [occurredAt],
      })),
      explain: (who) =>
        `The node ran short of resources (${[...new Set(stretch.events.map(({ reason }) => reason))].sort().join(', ')}). ${sayFate(who, within.length, killed.length)}`,
    });
  });
}

function sayFate(who: string, evicted: number, killed: number): string {
  if (killed === 0) return `The kubelet evicted ${who}.`;
  if (evicted === 0) return `The kernel killed ${who} for their memory.`;
  return `The kubelet evicted and the kernel killed, for their memory, ${who}.`;
}

/** Events of pressure whose stretches touch are of one. */
function stretchesOf(events: readonly KubernetesEvent[]): Stretch[] {
  const stretches: Stretch[] = [];
  const spans = events
    .map((event) => ({
      event,
      from: Date.parse(firstOf(event)) - PRESSURE.oomNearMs,
      until: Date.parse(event.occurredAt) + PRESSURE.lastsMs,
    }))
    .sort((a, b) => a.from - b.from);
  for (const { event, from, until } of spans) {
    const open = stretches.at(-1);
    if (open === undefined || from > open.until) stretches.push({ events: [event], from, until });
    else {
      open.events.push(event);
      open.until = Math.max(open.until, until);
    }
  }
  return stretches;
}

/** A folded Event tells of the first time and of the last. */
function firstOf({ firstAt, occurredAt }: KubernetesEvent): string {
  return firstAt !== undefined && Date.parse(firstAt) < Date.parse(occurredAt) ? firstAt : occurredAt;
}

/** The kernel kills for a container's own limit too; only where the node as a whole was short is it of the node. */
function isOfNode(endedAt: string, events: readonly KubernetesEvent[]): boolean {
  return events.some(
    (event) =>
      event.reason === 'SystemOOM' &&
      [firstOf(event), event.occurredAt].some(
        (at) => Math.abs(Date.parse(endedAt) - Date.parse(at)) <= PRESSURE.oomNearMs,
      ),
  );
}
