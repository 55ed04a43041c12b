import { createHash } from 'node:crypto';
import type { DockerAction } from '../timeline/contract/docker-event.ts';
import { identified, type RecordedEvent } from '../timeline/contract/event.ts';
import type { ContainerStatus } from '../timeline/contract/pod-event.ts';

export interface TraceShape {
  readonly pods: number;
  readonly restartsPerPod: number;
  /** When the first pod is made. */
  readonly startAt: string;
  /** From one restart of a pod to its next. */
  readonly restartEveryMs: number;
  /** Makes the identities; the same seed gives the same trace. */
  readonly seed: string;
}

interface PodState {
  readonly index: number;
  readonly ref: { namespace: string; name: string; uid: string; node: string };
  readonly sandboxId: string;
  revision: number;
}

/**
 * A made-up but lifelike history: pods of a Deployment on a Docker node, each restarting by turns. A restart is ten
 * events, as the agent would send them: the engine's `die`, `create` and `start`, three Kubernetes Events, and four
 * pod deltas. Deterministic, oldest first.
 */
export function churnTrace(shape: TraceShape): readonly RecordedEvent[] {
  const startMs = Date.parse(shape.startAt);
  const events: RecordedEvent[] = [];
  for (let index = 0; index < shape.pods; index += 1) {
    const state: PodState = {
      index,
      ref: {
        namespace: `team-${index % 7}`,
        name: `checkout-${hex(`${shape.seed}/rs`, 10)}-${hex(`${shape.seed}/${index}/name`, 5)}`,
        uid: uuid(`${shape.seed}/${index}`),
        node: `node-${index % 5}`,
      },
      sandboxId: hex(`${shape.seed}/${index}/sandbox`, 64),
      revision: 1_000_000 + index * 100_000,
    };
    const bornMs = startMs + index * 137;
    events.push(...birth(state, shape, bornMs));
    for (let attempt = 1; attempt <= shape.restartsPerPod; attempt += 1) {
      events.push(...restart(state, shape, bornMs + attempt * shape.restartEveryMs, attempt));
    }
  }
  return events.sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0));
}

function birth(state: PodState, shape: TraceShape, atMs: number): RecordedEvent[] {
  const first = containerId(state, shape, 0);
  return [
    podDelta(state, atMs, 'ADDED', {
      row: { phase: 'Pending', ready: '0/1', status: 'ContainerCreating', restarts: 0 },
      metadata: {
        createdAt: iso(atMs),
        ownerReferences: [{ kind: 'ReplicaSet', name: state.ref.name.slice(0, -6), controller: true }],
        labels: { app: 'checkout', 'pod-template-hash': hex(`${shape.seed}/rs`, 10) },
      },
      spec: {
        nodeName: state.ref.node,
        restartPolicy: 'Always',
        containers: [{ name: 'checkout', kind: 'app', image: IMAGE }],
      },
      status: { phase: 'Pending', startTime: iso(atMs), qosClass: 'Burstable' },
    }),
    docker(state, atMs + 400, 'create', state.sandboxId, { role: 'sandbox', container: 'POD', attempt: 0 }),
    docker(state, atMs + 600, 'start', state.sandboxId, { role: 'sandbox', container: 'POD', attempt: 0 }),
    docker(state, atMs + 900, 'create', first, app(state, 0)),
    docker(state, atMs + 1_100, 'start', first, app(state, 0)),
    podDelta(state, atMs + 1_600, 'MODIFIED', {
      row: { phase: 'Running', ready: '1/1', status: 'Running', restarts: 0 },
      status: { phase: 'Running' },
      containerStatuses: [runningStatus(first, 0, true, atMs + 1_100)],
    }),
  ];
}

function restart(state: PodState, shape: TraceShape, atMs: number, attempt: number): RecordedEvent[] {
  const old = containerId(state, shape, attempt - 1);
  const fresh = containerId(state, shape, attempt);
  const exit = attempt % 3 === 0 ? 137 : 1;
  const ended: ContainerStatus = {
    ...runningStatus(old, attempt - 1, false, atMs - shape.restartEveryMs + 3_100),
    started: false,
    state: {
      terminated: {
        exitCode: exit,
        reason: exit === 137 ? 'OOMKilled' : 'Error',
        startedAt: seconds(atMs - shape.restartEveryMs + 3_100),
        finishedAt: seconds(atMs),
        containerId: old,
      },
    },
  };
  const again = (ready: boolean): ContainerStatus => ({
    ...runningStatus(fresh, attempt, ready, atMs + 3_100),
    ...(ended.state === undefined ? {} : { lastState: ended.state }),
  });
  const broken = { phase: 'Running', ready: '0/1', restarts: attempt - 1 };
  return [
    docker(state, atMs, 'die', old, {
      ...app(state, attempt - 1),
      exitCode: exit,
      executionMs: shape.restartEveryMs - 3_000,
    }),
    podDelta(state, atMs + 700, 'MODIFIED', {
      row: { ...broken, status: exit === 137 ? 'OOMKilled' : 'Error' },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }] },
      containerStatuses: [ended],
    }),
    podDelta(state, atMs + 1_500, 'MODIFIED', {
      row: { ...broken, status: 'CrashLoopBackOff' },
      containerStatuses: [
        {
          ...ended,
          state: { waiting: { reason: 'CrashLoopBackOff', backoffMs: 10_000 } },
          lastState: ended.state,
        },
      ],
    }),
    kubernetes(state, atMs + 2_000, `${attempt}/pulled`, 'Pulled'),
    docker(state, atMs + 2_400, 'create', fresh, app(state, attempt)),
    kubernetes(state, atMs + 2_500, `${attempt}/created`, 'Created'),
    docker(state, atMs + 3_100, 'start', fresh, app(state, attempt)),
    kubernetes(state, atMs + 3_200, `${attempt}/started`, 'Started'),
    podDelta(state, atMs + 3_900, 'MODIFIED', {
      row: { phase: 'Running', ready: '0/1', status: 'Running', restarts: attempt },
      containerStatuses: [again(false)],
    }),
    podDelta(state, atMs + 6_100, 'MODIFIED', {
      row: { phase: 'Running', ready: '1/1', status: 'Running', restarts: attempt },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
      containerStatuses: [again(true)],
    }),
  ];
}

const IMAGE = 'registry.example.com/shop/checkout:2026.1.7';

type PodDelta = Omit<
  Extract<RecordedEvent, { source: 'pod' }>,
  'id' | 'source' | 'type' | 'occurredAt' | 'observedAt' | 'pod' | 'resourceVersion'
>;

function podDelta(state: PodState, atMs: number, type: 'ADDED' | 'MODIFIED', delta: PodDelta): RecordedEvent {
  state.revision += 7;
  return identified({
    source: 'pod' as const,
    type,
    occurredAt: seconds(atMs),
    observedAt: iso(atMs + 40),
    pod: state.ref,
    resourceVersion: String(state.revision),
    ...delta,
  });
}

function kubernetes(state: PodState, atMs: number, key: string, reason: string): RecordedEvent {
  state.revision += 3;
  return identified({
    source: 'event' as const,
    type: 'ADDED' as const,
    occurredAt: seconds(atMs),
    observedAt: iso(atMs + 60),
    pod: state.ref,
    uid: uuid(`${state.ref.uid}/${key}`),
    resourceVersion: String(state.revision),
    container: 'checkout',
    reason,
    eventType: 'Normal',
    count: 1,
    component: 'kubelet',
  });
}

interface DockerFacts {
  readonly role: 'container' | 'sandbox';
  readonly container: string;
  readonly attempt: number;
  readonly sandboxId?: string;
  readonly image?: string;
  readonly exitCode?: number;
  readonly executionMs?: number;
}

function docker(
  state: PodState,
  atMs: number,
  action: DockerAction,
  id: string,
  facts: DockerFacts,
): RecordedEvent {
  const nanos = String((Number(digits(`${id}/${action}`)) % 1_000_000) + 1_000_000).slice(1);
  return identified({
    source: 'docker' as const,
    action,
    occurredAt: `${iso(atMs).slice(0, -1)}${nanos}Z`,
    observedAt: iso(atMs + 5),
    timeNano: `${atMs}${nanos}`,
    pod: state.ref,
    containerId: id,
    ...facts,
  });
}

function app(state: PodState, attempt: number): DockerFacts {
  return { role: 'container', container: 'checkout', attempt, sandboxId: state.sandboxId, image: IMAGE };
}

function runningStatus(id: string, restartCount: number, ready: boolean, startedMs: number): ContainerStatus {
  return {
    name: 'checkout',
    kind: 'app',
    containerId: id,
    runtime: 'docker',
    image: IMAGE,
    imageId: `docker-pullable://${IMAGE.split(':')[0]}@sha256:${hex('image', 64)}`,
    restartCount,
    ready,
    started: true,
    state: { running: { startedAt: seconds(startedMs) } },
  };
}

function containerId(state: PodState, shape: TraceShape, attempt: number): string {
  return hex(`${shape.seed}/${state.index}/container/${attempt}`, 64);
}

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

function digits(text: string): string {
  return String(Number.parseInt(hex(text, 12), 16));
}

function uuid(text: string): string {
  return hex(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Kubernetes' own times have whole seconds. */
function seconds(ms: number): string {
  return `${iso(ms).slice(0, 19)}Z`;
}
