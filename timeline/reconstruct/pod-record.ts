import type { AgentEvent } from '../contract/agent-event.ts';
import type { DockerEvent } from '../contract/docker-event.ts';
import type { RecordedEvent } from '../contract/event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { PodRef } from '../contract/primitives.ts';
import { compareResourceVersions } from '../resource-version.ts';
import { compareTimes } from '../time.ts';

/** The events of one pod and of what surrounds it, by source, each in the order of its source. */
export interface PodRecord {
  readonly ref: PodRef;
  /** A container of Docker alone, without Kubernetes: the pod's UID is the container's ID. */
  readonly standalone: boolean;
  /** In the order of their revisions. */
  readonly revisions: readonly PodEvent[];
  readonly kubernetesEvents: readonly KubernetesEvent[];
  readonly nodeEvents: readonly KubernetesEvent[];
  readonly dockerEvents: readonly DockerEvent[];
  readonly statements: readonly AgentEvent[];
}

/** Sorts out the events of the pod `uid`; undefined when none is about it. */
export function sortOut(uid: string, events: Iterable<RecordedEvent>): PodRecord | undefined {
  const revisions: PodEvent[] = [];
  const kubernetesEvents: KubernetesEvent[] = [];
  const nodeEvents: KubernetesEvent[] = [];
  const dockerEvents: DockerEvent[] = [];
  const statements: AgentEvent[] = [];
  for (const event of events) {
    if (event.source === 'agent') statements.push(event);
    else if (event.source === 'event' && event.pod === undefined) nodeEvents.push(event);
    else if (event.pod?.uid !== uid) continue;
    else if (event.source === 'pod') revisions.push(event);
    else if (event.source === 'event') kubernetesEvents.push(event);
    else dockerEvents.push(event);
  }
  const about = unique(revisions, compareRevisions);
  const kubernetes = unique(kubernetesEvents, compareEvents);
  const docker = unique(dockerEvents, compareEvents);
  const ref = referenceOf(about, docker, kubernetes);
  if (ref === undefined) return undefined;
  return {
    ref,
    standalone: docker.some((event) => event.containerId === uid),
    revisions: about,
    kubernetesEvents: kubernetes,
    nodeEvents: unique(nodeEvents, compareEvents),
    dockerEvents: docker,
    statements: unique(statements, compareEvents),
  };
}

/** The reference that says most: any that names the node, the API server's before the runtime's. */
function referenceOf(...sources: readonly (readonly { readonly pod?: PodRef | undefined }[])[]) {
  let found: PodRef | undefined;
  for (const source of sources) {
    for (const { pod } of source) {
      if (pod === undefined) continue;
      if (pod.node !== undefined) return pod;
      found ??= pod;
    }
  }
  return found;
}

function compareEvents(a: RecordedEvent, b: RecordedEvent): number {
  return compareTimes(a.occurredAt, b.occurredAt) || compareText(a.id, b.id) || compareObserved(a, b);
}

function compareRevisions(a: PodEvent, b: PodEvent): number {
  return (
    compareResourceVersions(a.resourceVersion, b.resourceVersion) ||
    compareText(a.id, b.id) ||
    compareObserved(a, b)
  );
}

/** Two reports under one id: by when they were seen, and if that is the same too, by what they say. */
function compareObserved(a: RecordedEvent, b: RecordedEvent): number {
  return compareTimes(a.observedAt, b.observedAt) || compareText(JSON.stringify(a), JSON.stringify(b));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Sorted, each id once: of two reports of the same thing, the one observed first. */
function unique<E extends RecordedEvent>(events: E[], compare: (a: E, b: E) => number): readonly E[] {
  events.sort(compare);
  return events.filter((event, index) => event.id !== events[index - 1]?.id);
}
