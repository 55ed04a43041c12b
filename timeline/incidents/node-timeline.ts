import type { RecordedEvent } from '../contract/event.ts';
import type { NodeRestart, NodeTimeline } from '../contract/incident.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { WatchedSource } from '../contract/agent-event.ts';
import type { Gap, Timeline } from '../contract/timeline.ts';
import { withoutLog } from '../reconstruct/attach-logs.ts';
import { readCoverage } from '../reconstruct/coverage.ts';
import { compareText } from '../text-order.ts';
import { compareTimes, earliest } from '../time.ts';
import { findIncidents } from './find-incidents.ts';
import { podOf } from './node-restarts.ts';

export interface NodeAccount {
  readonly cluster: string;
  readonly node: string;
  /** Of pods of that node. */
  readonly timelines: readonly Timeline[];
  /** What is known of the node and of its watching, and the pods' Events that say that one was evicted. */
  readonly events: readonly RecordedEvent[];
  /** Nothing is told that was over before; absent for all. */
  readonly since?: Timestamp | undefined;
}

/** The account of a node: its incidents, the restarts that are in none, and what was not watched; oldest first. */
export function tellNode({ cluster, node, timelines, events, since }: NodeAccount): NodeTimeline {
  const incidents = findIncidents(timelines, events);
  const told = new Set(
    incidents.flatMap(({ members }) => members.map(({ pod, restart }) => `${restart} ${pod.uid}`)),
  );
  const isRecent = (time: Timestamp | null) =>
    since === undefined || time === null || compareTimes(time, since) >= 0;
  const restarts = timelines
    .flatMap((timeline) =>
      timeline.restarts.map(
        (restart, index): NodeRestart => ({ pod: podOf(timeline), index, ...withoutLog(restart) }),
      ),
    )
    .filter(({ pod, index, at }) => !told.has(`${index} ${pod.uid}`) && isRecent(at))
    .sort(compareRestarts);
  return {
    cluster,
    node,
    incidents: incidents.filter(({ to }) => isRecent(to)),
    restarts,
    gaps: gapsOf(node, timelines, events, since),
  };
}

function compareRestarts(a: NodeRestart, b: NodeRestart): number {
  const byTime =
    a.at === null || b.at === null ? Number(a.at === null) - Number(b.at === null) : compareTimes(a.at, b.at);
  return byTime || compareText(a.pod.uid, b.pod.uid) || a.index - b.index;
}

/** What of the node went unwatched since then, or else since its first pod that is told of. */
function gapsOf(
  node: string,
  timelines: readonly Timeline[],
  events: readonly RecordedEvent[],
  since: Timestamp | undefined,
): Gap[] {
  const from =
    since ??
    timelines.reduce<Timestamp | undefined>(
      (first, { pod }) => earliest(first, pod.createdAt ?? undefined),
      undefined,
    );
  if (from === undefined) return [];
  const statements = events.filter((event) => event.source === 'agent');
  const coverage = readCoverage(statements, node);
  const runtimes = new Set(timelines.flatMap(({ runs }) => runs.map(({ runtime }) => runtime)));
  const sources: WatchedSource[] = ['pod', 'event'];
  if (runtimes.has('docker') || coverage.mentions('docker')) sources.push('docker');
  if (runtimes.has('containerd') || runtimes.has('cri-o') || coverage.mentions('cri')) sources.push('cri');
  return sources
    .flatMap((source) => coverage.gaps(source, from, undefined))
    .sort((a, b) => compareTimes(a.from ?? from, b.from ?? from) || compareText(a.source, b.source));
}
