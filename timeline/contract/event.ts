import * as z from 'zod/mini';
import { type AgentEvent, agentEvent } from './agent-event.ts';
import { type CriEvent, criEvent } from './cri-event.ts';
import { type DockerEvent, dockerEvent } from './docker-event.ts';
import { type KubernetesEvent, kubernetesEvent } from './kubernetes-event.ts';
import { type LogEvent, logEvent } from './log-event.ts';
import { type PodEvent, podEvent } from './pod-event.ts';

/**
 * Everything an agent can send. Each event is self-contained, and its `id` follows from its content (`eventId`),
 * so that sending it twice stores it once.
 */
export const recordedEvent = z.discriminatedUnion('source', [
  podEvent,
  kubernetesEvent,
  dockerEvent,
  criEvent,
  logEvent,
  agentEvent,
]);
export type RecordedEvent = PodEvent | KubernetesEvent | DockerEvent | CriEvent | LogEvent | AgentEvent;
export type EventSource = RecordedEvent['source'];

type WithoutId<E> = E extends unknown ? Omit<E, 'id'> : never;
/** An event before it was given its `id`. */
export type UnidentifiedEvent = WithoutId<RecordedEvent>;

/**
 * The `id` of an event, made of what the contract names for its source. A pod found by a list carries other content
 * than the watch delta of the same revision, so its id says so. Slashes separate; none of the parts can hold one.
 */
export function eventId(event: UnidentifiedEvent | RecordedEvent): string {
  switch (event.source) {
    case 'pod': {
      const id = `pod/${event.pod.uid}/${event.resourceVersion}`;
      return event.type === 'LISTED' || event.type === 'VANISHED' ? `${id}/${event.type.toLowerCase()}` : id;
    }
    case 'event':
      return `event/${event.uid}/${event.resourceVersion}`;
    case 'docker':
    case 'cri':
      return `${event.source}/${event.containerId}/${event.action}/${event.timeNano}`;
    case 'log':
      return `log/${event.containerId}`;
    case 'agent':
      return `agent/${event.agent.instance}/${event.sequence}`;
  }
}

/** Gives an event its id. */
export function identified<E extends UnidentifiedEvent>(event: E): E & { id: string } {
  return { id: eventId(event), ...event };
}
