import type { AgentEvent } from './contract/agent-event.ts';
import type { RecordedEvent } from './contract/event.ts';
import type { Timestamp } from './contract/primitives.ts';
import type { Gap, RestartSummary, Timeline, TimelinePod } from './contract/timeline.ts';

/** Why there is a gap where there was none while it lasted: what was recorded then is kept no longer. */
const REASON = 'retention';

/** What is known of a pod of which not all events are kept any more. */
export interface Remembered {
  readonly pod: TimelinePod;
  readonly summary: Omit<RestartSummary, 'complete'>;
  readonly lastEventAt: Timestamp;
}

/**
 * Statements that take back what was said of the watching from `from` to `until`: it was done, but what was seen is gone,
 * so that nothing may be concluded from its absence.
 *
 * @param events among which are the statements about the watching
 */
export function forgottenStatements(
  events: readonly RecordedEvent[],
  from: Timestamp,
  until: Timestamp,
): readonly AgentEvent[] {
  const duties = new Map<string, AgentEvent>();
  for (const event of events) {
    if (event.source !== 'agent') continue;
    const { watched, agent } = event;
    const id = `retention ${JSON.stringify([agent.role, agent.node ?? null, watched])}`;
    const { version: _, ...duty } = agent;
    duties.set(id, {
      id,
      source: 'agent',
      type: 'events-dropped',
      occurredAt: until,
      observedAt: until,
      agent: { ...duty, instance: id },
      sequence: 0,
      watched,
      from,
      to: until,
      reason: REASON,
    });
  }
  return [...duties.values()];
}

/**
 * A timeline of what is left, with what was known of the pod when all was there: all its restarts are counted.
 *
 * @param lost what `forgottenStatements` gives
 */
export function withRemembered(
  timeline: Timeline,
  { pod, summary }: Remembered,
  lost: readonly AgentEvent[],
  until: Timestamp,
): Timeline {
  const gaps = timeline.gaps.filter(({ reason }) => reason !== REASON);
  return {
    ...timeline,
    pod: completedPod(timeline.pod, pod),
    summary: { ...summary, complete: false },
    gaps: [...gapsUntil(until, pod, lost), ...gaps],
  };
}

/** The timeline of a pod of which no event is left. */
export function rememberedTimeline({ pod, summary, lastEventAt }: Remembered): Timeline {
  return {
    pod,
    summary: { ...summary, complete: false },
    sandboxes: [],
    runs: [],
    restarts: [],
    gaps: gapsUntil(pod.deletedAt ?? lastEventAt, pod, []),
    phases: [],
  };
}

function gapsUntil(to: Timestamp, { createdAt }: TimelinePod, lost: readonly AgentEvent[]): Gap[] {
  const sources = new Set<Gap['source']>(lost.map(({ watched }) => watched));
  for (const source of ['pod', 'event'] as const) sources.add(source);
  return [...sources].map((source) => ({ source, from: createdAt, to, reason: REASON }));
}

/** What is told of a pod, and for the rest what was told before. */
export function completedPod(pod: TimelinePod, before: TimelinePod): TimelinePod {
  const isOwn = pod.workload.kind === 'Pod' && pod.workload.name === pod.name;
  return {
    ...pod,
    node: pod.node ?? before.node,
    workload: isOwn ? before.workload : pod.workload,
    createdAt: pod.createdAt ?? before.createdAt,
    deletedAt: pod.deletedAt ?? before.deletedAt,
  };
}
