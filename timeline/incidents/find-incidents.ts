import type { RecordedEvent } from '../contract/event.ts';
import type { Incident } from '../contract/incident.ts';
import type { Timeline } from '../contract/timeline.ts';
import { compareText } from '../text-order.ts';
import { compareTimes } from '../time.ts';
import { findKubeletRestarts, findRuntimeRestarts } from './daemon-restarts.ts';
import { findMassKills } from './mass-kill.ts';
import { type Candidate, candidatesOf, comparePods, podOf } from './node-restarts.ts';
import { findPressure } from './node-pressure.ts';
import { findReboots } from './reboot.ts';
import type { Finding } from './told.ts';
import { readWitnesses } from './witnesses.ts';

/**
 * What befell several containers of a node at once, each told once, oldest first; the rules are in `rules.ts`.
 *
 * A pure function of the set of timelines and the set of events.
 *
 * @param timelines of pods of any nodes; what has no common node has no common cause
 * @param events what is known of the nodes (Events about them, and the agents' statements); Events about pods count
 *   where they say that a pod was evicted
 */
export function findIncidents(timelines: readonly Timeline[], events: Iterable<RecordedEvent>): Incident[] {
  const all = [...events];
  const distinct = new Map(timelines.map((timeline) => [timeline.pod.uid, timeline]));
  const byNode = Map.groupBy(distinct.values(), ({ pod }) => pod.node);
  return [...byNode]
    .flatMap(([node, some]) => incidentsOf(node, some, all))
    .sort(
      (a, b) =>
        compareTimes(a.from, b.from) ||
        compareText(a.kind, b.kind) ||
        compareText(a.node ?? '', b.node ?? '') ||
        compareTimes(a.to, b.to) ||
        compareText(a.explanation, b.explanation),
    );
}

function incidentsOf(
  node: string | null,
  timelines: readonly Timeline[],
  events: readonly RecordedEvent[],
): Incident[] {
  const witnesses = readWitnesses(node, events);
  const pods = timelines.map(podOf).sort(comparePods);
  let left: readonly Candidate[] = candidatesOf(timelines);
  const incidents: Incident[] = [];
  const take = (findings: readonly Finding[]) => {
    const told = new Set(findings.flatMap(({ candidates }) => candidates));
    left = left.filter((candidate) => !told.has(candidate));
    incidents.push(...findings.map(({ incident }) => incident));
  };
  take(findReboots(node, left, witnesses));
  take(findRuntimeRestarts(node, left, witnesses));
  take(findKubeletRestarts(node, left, witnesses));
  take(findPressure(node, left, witnesses, pods));
  take(findMassKills(node, left));
  return incidents;
}
