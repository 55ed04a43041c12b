import type { AgentEvent } from '../contract/agent-event.ts';
import type { RuntimeEvent } from '../contract/cri-event.ts';
import type { RecordedEvent } from '../contract/event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { LogEvent } from '../contract/log-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { PodRef } from '../contract/primitives.ts';
import { compareResourceVersions } from '../resource-version.ts';
import { compareTimes } from '../time.ts';

/** The events of one pod and of what surrounds it, by source, each in the order of its source. */
export interface PodRecord {
  readonly ref: PodRef;
  /** Where the pod runs, as far as any event says. */
  readonly node: string | undefined;
  /** A container of Docker alone, without Kubernetes: the pod's UID is the container's ID. */
  readonly standalone: boolean;
  /** In the order of their revisions. */
  readonly revisions: readonly PodEvent[];
  readonly kubernetesEvents: readonly KubernetesEvent[];
  /** Of the pod's node; none while that is not known. */
  readonly nodeEvents: readonly KubernetesEvent[];
  readonly runtimeEvents: readonly RuntimeEvent[];
  /** What ended runs wrote last. */
  readonly logs: readonly LogEvent[];
  readonly statements: readonly AgentEvent[];
}

/** Sorts out the events of the pod `uid`; undefined when none is about it. */
export function sortOut(uid: string, events: Iterable<RecordedEvent>): PodRecord | undefined {
  const revisions = new OrderedEvents(compareRevisions);
  const kubernetesEvents = new OrderedEvents<KubernetesEvent>(compareEvents);
  const runtimeEvents = new OrderedEvents<RuntimeEvent>(compareEvents);
  const logs = new OrderedEvents<LogEvent>(compareEvents);
  const statements = new OrderedEvents<AgentEvent>(compareEvents);
  const ofNodes: KubernetesEvent[] = [];
  let standalone = false;
  for (const event of events) {
    if (event.source === 'agent') statements.add(event);
    else if (event.source === 'event' && event.pod === undefined) ofNodes.push(event);
    else if (event.pod?.uid !== uid) continue;
    else if (event.source === 'pod') revisions.add(event);
    else if (event.source === 'event') kubernetesEvents.add(event);
    else if (event.source === 'log') logs.add(event);
    else {
      runtimeEvents.add(event);
      standalone ||= event.containerId === uid;
    }
  }
  const record = {
    standalone,
    revisions: revisions.take(),
    kubernetesEvents: kubernetesEvents.take(),
    runtimeEvents: runtimeEvents.take(),
    logs: logs.take(),
    statements: statements.take(),
  };
  const ref = referenceOf(record.revisions, record.runtimeEvents, record.kubernetesEvents);
  if (ref === undefined) return undefined;
  const node = ref.node ?? nodeOfSpec(record.revisions);
  const nodeEvents = new OrderedEvents<KubernetesEvent>(compareEvents);
  for (const event of ofNodes) if (event.node === node) nodeEvents.add(event);
  return { ref, node, nodeEvents: nodeEvents.take(), ...record };
}

function nodeOfSpec(revisions: readonly PodEvent[]): string | undefined {
  return revisions.findLast((revision) => revision.spec?.nodeName !== undefined)?.spec?.nodeName;
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

/**
 * Events in order, each id once: of two reports of the same thing, the one observed first. A store gives events mostly
 * in their order, and seeing that as they come costs less than sorting them.
 */
class OrderedEvents<E extends RecordedEvent> {
  readonly #compare: (a: E, b: E) => number;
  readonly #events: E[] = [];
  #last: E | undefined;
  #isSorted = true;
  #isUnique = true;

  constructor(compare: (a: E, b: E) => number) {
    this.#compare = compare;
  }

  add(event: E): void {
    if (this.#isSorted && this.#last !== undefined) {
      this.#isSorted = this.#compare(this.#last, event) <= 0;
      this.#isUnique &&= this.#last.id !== event.id;
    }
    this.#last = event;
    this.#events.push(event);
  }

  /** To be called once, when all were added. */
  take(): readonly E[] {
    const events = this.#events;
    if (this.#isSorted && this.#isUnique) return events;
    if (!this.#isSorted) events.sort(this.#compare);
    return events.filter((event, index) => event.id !== events[index - 1]?.id);
  }
}
