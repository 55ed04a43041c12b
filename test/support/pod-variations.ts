// Variations on a pod's history: more containers, clocks that disagree, sources that were not watched all the time.
import { CRI_ACTIONS, type CriAction, type RuntimeEvent } from '../../timeline/contract/cri-event.ts';
import { type RecordedEvent, identified, type UnidentifiedEvent } from '../../timeline/contract/event.ts';
import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { DockerEvent } from '../../timeline/contract/docker-event.ts';
import type { ContainerStatus, PodEvent } from '../../timeline/contract/pod-event.ts';
import type { ContainerKind } from '../../timeline/contract/primitives.ts';
import { shift } from '../../timeline/time.ts';
import { aStatement, containerId, nanoseconds } from './recorded-events.ts';

type Events = readonly RecordedEvent[];

/** How far each clock runs ahead, in milliseconds. */
export interface Clocks {
  readonly nodeMs: number;
  readonly apiMs: number;
  readonly agentMs: number;
}

/** The same history as it is told by clocks that disagree: of the node, of the API server, and of the agent. */
export function byClocks(events: Events, { nodeMs, apiMs, agentMs }: Clocks): RecordedEvent[] {
  return events.map((event) => {
    const observedAt = move(event.observedAt, agentMs);
    switch (event.source) {
      case 'docker':
      case 'cri': {
        const occurredAt = move(event.occurredAt, nodeMs);
        return withFacts(event, { occurredAt, observedAt, timeNano: nanoseconds(occurredAt) });
      }
      case 'event':
        return { ...event, occurredAt: move(event.occurredAt, nodeMs), observedAt };
      case 'pod': {
        // A revision is dated by the newest moment that it names, be it of the kubelet or of the API server.
        const dated = event.containerStatuses === undefined ? apiMs : Math.max(apiMs, nodeMs);
        const statuses = event.containerStatuses?.map((status) => movedStatus(status, nodeMs));
        const createdAt = event.metadata?.createdAt;
        return {
          ...event,
          occurredAt: move(event.occurredAt, dated),
          observedAt,
          ...(statuses === undefined ? {} : { containerStatuses: statuses }),
          ...(createdAt === undefined
            ? {}
            : { metadata: { ...event.metadata, createdAt: move(createdAt, apiMs) } }),
        };
      }
      case 'log':
        return { ...event, occurredAt: move(event.occurredAt, agentMs), observedAt };
      case 'agent':
        return {
          ...event,
          occurredAt: move(event.occurredAt, agentMs),
          observedAt,
          ...(event.from === undefined ? {} : { from: move(event.from, agentMs) }),
          ...(event.to === undefined ? {} : { to: move(event.to, agentMs) }),
        };
    }
  });
}

function withoutId<E extends { id: string }>({ id, ...event }: E): Omit<E, 'id'> {
  if (id === '') throw new Error('an event has no id');
  return event;
}

/** In the precision that the time has. */
function move(time: string, ms: number): string {
  const moved = shift(time, ms);
  return time.includes('.') ? moved : `${moved.slice(0, 19)}Z`;
}

function movedStatus(status: ContainerStatus, ms: number): ContainerStatus {
  const moved = JSON.stringify(status).replaceAll(
    /"(startedAt|finishedAt)":"([^"]+)"/g,
    (_, key: string, time: string) => `"${key}":"${move(time, ms)}"`,
  );
  return JSON.parse(moved) as ContainerStatus;
}

/**
 * The history of `web`, told of another container of the same pod: to be joined with that of `web`. The sandbox and
 * what the agent says of itself are left out.
 *
 * @param number sets its revisions apart from those of the other containers; 1 to 9
 */
export function asContainer(
  events: Events,
  name: string,
  kind: ContainerKind,
  number: number,
): RecordedEvent[] {
  const renamed = (text: string) => text.replaceAll('web', name);
  const another = (id: string) => containerId(`${name} ${id}`);
  return events.flatMap((event): RecordedEvent[] => {
    if (event.source === 'agent' || event.source === 'log') return [];
    if (event.source === 'docker' || event.source === 'cri') {
      if (event.role === 'sandbox') return [];
      return [withFacts(event, { container: name, containerId: another(event.containerId) })];
    }
    const resourceVersion = `${event.resourceVersion}${number}`;
    if (event.source === 'event') {
      const message = event.message === undefined ? {} : { message: renamed(event.message) };
      const container = event.container === undefined ? {} : { container: name };
      const uid = `${event.uid}-${name}`;
      return [identified({ ...withoutId(event), uid, resourceVersion, ...message, ...container })];
    }
    const statuses = event.containerStatuses?.map((status) => ({
      ...(JSON.parse(
        JSON.stringify(status).replaceAll(
          /"containerId":"([^"]+)"/g,
          (_, id: string) => `"containerId":"${another(id)}"`,
        ),
      ) as ContainerStatus),
      name,
      kind,
    }));
    if (statuses === undefined) return [];
    const revision: PodEvent = { ...event, resourceVersion, containerStatuses: statuses };
    return [identified(withoutId(revision))];
  });
}

/** Revisions of `web`, set apart from those of the containers that join it. */
export function asFirstContainer(events: Events): RecordedEvent[] {
  return events.map((event) => {
    if (event.source !== 'pod' && event.source !== 'event') return event;
    const resourceVersion = `${event.resourceVersion}0`;
    return event.source === 'pod'
      ? identified({ ...withoutId(event), resourceVersion })
      : identified({ ...withoutId(event), resourceVersion });
  });
}

/** The watching of every source began earlier. */
export function watchedEarlier(events: Events, ms: number): RecordedEvent[] {
  return events.map((event) =>
    event.source === 'agent' && event.to !== undefined ? { ...event, to: shift(event.to, -ms) } : event,
  );
}

/** As on a node whose runtime nobody watches. */
export function withoutDocker(events: Events): RecordedEvent[] {
  return events.filter(
    (event) => event.source !== 'docker' && !(event.source === 'agent' && event.watched === 'docker'),
  );
}

/** Nothing of a source was heard from one moment to another of the agent's clock, and the agent says so. */
export function withGap(events: Events, watched: WatchedSource, from: string, to: string): RecordedEvent[] {
  const heard = events.filter(
    ({ source, observedAt }) => source !== watched || observedAt < from || observedAt >= to,
  );
  const sequence = 100 + events.filter(({ source }) => source === 'agent').length;
  const reason = watched === 'docker' ? 'docker-unreachable' : 'watch-expired';
  return [...heard, aStatement({ type: 'gap-closed', watched, sequence, from, to, reason })];
}

/** The agent was killed at one moment and another took its place at another: nothing was heard in between. */
export function withAgentRestart(events: Events, from: string, to: string): RecordedEvent[] {
  const heard = events.filter(
    ({ source, observedAt }) => source === 'agent' || observedAt < from || observedAt >= to,
  );
  const sources = new Set(events.flatMap((event) => (event.source === 'agent' ? [event.watched] : [])));
  const successors = [...sources].map((watched, sequence) =>
    aStatement({
      type: 'recording-began',
      watched,
      sequence,
      from,
      to,
      agent: { instance: `agent-after-${from}`, role: 'all' },
    }),
  );
  return [...heard, ...successors];
}

/** The same event of a runtime with other facts, and the id that follows from them. */
function withFacts(event: RuntimeEvent, facts: Partial<RuntimeEvent>): RecordedEvent {
  return identified({ ...withoutId(event), ...facts } as UnidentifiedEvent);
}

const TOLD_BY_CONTAINERD: ReadonlySet<string> = new Set(CRI_ACTIONS);

/** The same history as a node with containerd tells it where the kernel says who sent which signal to a process. */
export function byContainerdAndKernel(events: Events): RecordedEvent[] {
  return byContainerd(events).map((event) => {
    if (event.source !== 'cri' || event.action !== 'die' || event.role === 'sandbox') return event;
    const told = events.filter(
      (other) =>
        other.source === 'docker' &&
        other.containerId === event.containerId &&
        other.occurredAt <= event.occurredAt,
    ) as readonly DockerEvent[];
    const since = told.findLast(({ action }) => action === 'start')?.occurredAt ?? event.occurredAt;
    const received = told
      .filter(({ action, occurredAt }) => (action === 'kill' || action === 'oom') && occurredAt >= since)
      .map(({ action, signal = 9, occurredAt: at }) =>
        action === 'oom' ? { signal, at, byKernel: true } : { signal, at, sender: 'runc', byKernel: false },
      );
    return { ...event, signals: { since, received } };
  });
}

/** The same history as a node with containerd tells it: it says neither who kills nor who stops. */
export function byContainerd(events: Events): RecordedEvent[] {
  return events.flatMap((event): RecordedEvent[] => {
    switch (event.source) {
      case 'docker': {
        if (!TOLD_BY_CONTAINERD.has(event.action)) return [];
        const { signal: _, executionMs: __, health: ___, ...facts } = withoutId(event);
        return [
          identified({
            ...facts,
            source: 'cri',
            action: event.action as CriAction,
            runtime: 'containerd',
          } as const),
        ];
      }
      case 'pod':
        return [
          {
            ...event,
            ...(event.containerStatuses === undefined
              ? {}
              : {
                  containerStatuses: event.containerStatuses.map((status) => ({
                    ...status,
                    runtime: 'containerd' as const,
                  })),
                }),
          },
        ];
      case 'agent':
        return [event.watched === 'docker' ? { ...event, watched: 'cri' } : event];
      case 'event':
      case 'log':
      case 'cri':
        return [event];
    }
  });
}
