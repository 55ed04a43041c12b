// Builders of recorded events with realistic defaults, for tests of what is made of them.
import { createHash } from 'node:crypto';
import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import type { DockerEvent } from '../../timeline/contract/docker-event.ts';
import { identified } from '../../timeline/contract/event.ts';
import type { KubernetesEvent } from '../../timeline/contract/kubernetes-event.ts';
import type { LogEvent } from '../../timeline/contract/log-event.ts';
import type { ContainerStatus, PodEvent } from '../../timeline/contract/pod-event.ts';
import type { PodRef } from '../../timeline/contract/primitives.ts';

export const POD: PodRef = {
  namespace: 'shop',
  name: 'web-0',
  uid: '6f1c0c3e-5a0b-4f43-9d0e-2f6c1d9a7b10',
  node: 'node1',
};

/** A container ID of 64 digits that is the same for the same word. */
export function containerId(word: string): string {
  return createHash('sha256').update(word).digest('hex');
}

/** Milliseconds since the epoch as Docker's nanoseconds. */
export function nanoseconds(time: string): string {
  const fraction = (/\.(\d+)Z$/.exec(time)?.[1] ?? '').padEnd(9, '0');
  return `${Math.floor(Date.parse(time) / 1000)}${fraction}`;
}

type Given<E, Required extends keyof E> = Partial<E> & Pick<E, Required>;

export function aDockerEvent(
  given: Given<DockerEvent, 'action' | 'occurredAt' | 'containerId'>,
): DockerEvent {
  return identified({
    source: 'docker',
    observedAt: given.occurredAt,
    timeNano: nanoseconds(given.occurredAt),
    pod: POD,
    role: 'container',
    container: given.role === 'sandbox' ? 'POD' : 'web',
    ...given,
  } satisfies Omit<DockerEvent, 'id'>);
}

export function aPodRevision(given: Given<PodEvent, 'resourceVersion' | 'occurredAt'>): PodEvent {
  return identified({
    source: 'pod',
    type: 'MODIFIED',
    observedAt: given.occurredAt,
    pod: POD,
    ...given,
  } satisfies Omit<PodEvent, 'id'>);
}

export function aStatus(given: Partial<ContainerStatus>): ContainerStatus {
  return {
    name: 'web',
    kind: 'app',
    runtime: 'docker',
    image: 'web:1',
    restartCount: 0,
    ready: false,
    ...given,
  };
}

let events = 0;
/** An Event about the pod, unless `node` is given. */
export function aKubernetesEvent(given: Given<KubernetesEvent, 'reason' | 'occurredAt'>): KubernetesEvent {
  events += 1;
  return identified({
    source: 'event',
    type: 'ADDED',
    observedAt: given.occurredAt,
    uid: `event-${events}`,
    resourceVersion: String(900_000 + events),
    eventType: 'Normal',
    component: 'kubelet',
    ...(given.node === undefined ? { pod: POD } : {}),
    ...given,
  } satisfies Omit<KubernetesEvent, 'id'>);
}

/** What a run wrote last, read when its container had restarted. */
export function aLog(given: Given<LogEvent, 'containerId'>): LogEvent {
  const at = '2026-03-01T11:00:00.000Z';
  return identified({
    source: 'log',
    occurredAt: at,
    observedAt: at,
    pod: POD,
    container: 'web',
    lines: ['bye'],
    truncated: false,
    redacted: 0,
    ...given,
  } satisfies Omit<LogEvent, 'id'>);
}

export function aStatement(given: Given<AgentEvent, 'type' | 'watched' | 'sequence'>): AgentEvent {
  const occurredAt = given.occurredAt ?? given.to ?? given.from ?? '2026-03-01T00:00:00.000Z';
  return identified({
    source: 'agent',
    occurredAt,
    observedAt: occurredAt,
    agent: { instance: 'agent-1', role: 'all' },
    ...given,
  } satisfies Omit<AgentEvent, 'id'>);
}

/** Statements that each source was watched from `to` on. */
export function watchedFrom(to: string): AgentEvent[] {
  return (['pod', 'event', 'docker'] as const).map((watched, sequence) =>
    aStatement({ type: 'recording-began', watched, to, sequence }),
  );
}
