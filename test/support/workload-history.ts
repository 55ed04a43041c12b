// Tells the lives of a workload's pods, as the API server and the kubelet would: for tests of accounts across pods.
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { KubernetesEvent } from '../../timeline/contract/kubernetes-event.ts';
import type { PodStatus } from '../../timeline/contract/pod-event.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { reconstructWorkload, type WorkloadOptions } from '../../timeline/workloads/reconstruct-workload.ts';
import { aKubernetesEvent, aPodRevision, aStatus, containerId, watchedFrom } from './recorded-events.ts';

export const NAMESPACE = 'shop';
const DAY = '2026-03-01T';

/** A moment of the day on which all of it happens: `10:00:02.5`. */
export function at(time: string): string {
  return `${DAY}${time}${time.includes('.') ? '' : '.000'}Z`.replace(
    /(\.\d{1,2})Z$/,
    (_, f: string) => `${f.padEnd(4, '0')}Z`,
  );
}

export interface ToldPod {
  readonly name: string;
  readonly uid?: string;
  readonly node?: string | null;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid?: string };
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  /** Times of the day. */
  readonly born: string;
  /** Undefined for one that never ran. */
  readonly starts?: string;
  /** When it is asked to go. */
  readonly leaves?: string;
  readonly graceSeconds?: number;
  readonly ends?: string;
  readonly exitCode?: number;
  /** The phase that it ends with by itself or by its kubelet, at `ends`; no deletion is needed for it. */
  readonly phase?: 'Succeeded' | 'Failed';
  readonly reason?: string;
  /** The reason of the condition `DisruptionTarget`, set when it leaves. */
  readonly disruption?: string;
  readonly gone?: string;
  /** Seen to be missing from a list at `gone`, instead of being watched as it went. */
  readonly vanishes?: boolean;
  /** Of a cluster before 1.29. */
  readonly old?: boolean;
  readonly restarts?: readonly string[];
}

/** A pod of a Deployment's ReplicaSet, whose hash is its revision. */
export function aReplica(deployment: string, hash: string, told: Omit<ToldPod, 'owner' | 'labels'>): ToldPod {
  return {
    ...told,
    owner: { kind: 'ReplicaSet', name: `${deployment}-${hash}`, uid: `rs-${deployment}-${hash}` },
    labels: { 'pod-template-hash': hash },
  };
}

export function uidOf({ name, uid }: ToldPod): string {
  return uid ?? `uid-${name}`;
}

/** All events about the pod, in order. */
export function tellPod(told: ToldPod): RecordedEvent[] {
  const {
    name,
    node = 'node1',
    owner,
    labels = {},
    image = 'web:1',
    born,
    starts,
    leaves,
    ends,
    gone,
  } = told;
  const uid = uidOf(told);
  const bare = { namespace: NAMESPACE, name, uid };
  const pod = node === null ? bare : { ...bare, node };
  const events: RecordedEvent[] = [];
  const metadata = {
    createdAt: second(born),
    labels,
    ...(owner === undefined ? {} : { ownerReferences: [{ controller: true, ...owner }] }),
  };
  const conditions = told.old === true ? [] : [{ type: 'PodReadyToStartContainers', status: 'True' }];
  const revise = (time: string, facts: Partial<Parameters<typeof aPodRevision>[0]>) =>
    events.push(
      aPodRevision({
        pod,
        occurredAt: second(time),
        observedAt: at(time),
        resourceVersion: String(Date.parse(at(time)) * 10 + events.length),
        ...facts,
      }),
    );
  const row = (phase: string, status: string, ready: string, restarts = 0) => ({
    phase,
    status,
    ready,
    restarts,
  });
  revise(born, {
    type: 'ADDED',
    metadata,
    spec: { ...(node === null ? {} : { nodeName: node }), containers: [{ name: 'web', kind: 'app', image }] },
    status: { phase: 'Pending' },
    row: row('Pending', 'Pending', '0/1'),
  });
  const runs = starts === undefined ? [] : [starts, ...(told.restarts ?? [])];
  for (const [count, start] of runs.entries()) {
    revise(start, {
      status: { phase: 'Running', conditions },
      containerStatuses: [
        aStatus({
          containerId: containerId(`${uid} ${count}`),
          image,
          restartCount: count,
          ready: true,
          state: { running: { startedAt: second(start) } },
          ...(count === 0
            ? {}
            : { lastState: { terminated: terminated(uid, count - 1, runs[count - 1] ?? start, start, 1) } }),
        }),
      ],
      row: row('Running', 'Running', '1/1', count),
    });
  }
  const disruption = told.disruption;
  const disrupted: PodStatus['conditions'] =
    disruption === undefined
      ? conditions
      : [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: disruption,
            lastTransitionTime: second(leaves ?? ends ?? born),
          },
          ...conditions,
        ];
  if (disruption !== undefined && leaves !== undefined)
    revise(leaves, { status: { phase: 'Running', conditions: disrupted } });
  const grace = told.graceSeconds ?? 30;
  const leaving = () => {
    if (leaves === undefined) return;
    revise(leaves, {
      metadata: {
        ...metadata,
        deletionTimestamp: second(
          new Date(Date.parse(at(leaves)) + grace * 1000).toISOString().slice(11, -1),
        ),
        deletionGracePeriodSeconds: grace,
      },
      row: row('Running', 'Terminating', '1/1', runs.length - 1),
    });
  };
  const ending = () => {
    const end = ends ?? (told.phase === undefined ? undefined : (leaves ?? born));
    if (end === undefined) return;
    const last = runs.length - 1;
    const phase = told.phase ?? 'Succeeded';
    revise(end, {
      status: { phase, conditions: disrupted, ...(told.reason === undefined ? {} : { reason: told.reason }) },
      ...(runs.length === 0
        ? {}
        : {
            containerStatuses: [
              aStatus({
                containerId: containerId(`${uid} ${last}`),
                image,
                restartCount: last,
                state: { terminated: terminated(uid, last, runs[last] ?? end, end, told.exitCode ?? 0) },
              }),
            ],
          }),
      row: row(phase, told.reason ?? phase, '0/1', Math.max(0, last)),
    });
  };
  if (leaves !== undefined && ends !== undefined && ends < leaves) {
    ending();
    leaving();
  } else {
    leaving();
    ending();
  }
  if (gone !== undefined) revise(gone, { type: told.vanishes === true ? 'VANISHED' : 'DELETED' });
  return events;
}

function terminated(uid: string, count: number, from: string, to: string, exitCode: number) {
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: second(from),
    finishedAt: second(to),
    containerId: containerId(`${uid} ${count}`),
  };
}

function second(time: string): string {
  return `${at(time).slice(0, 19)}Z`;
}

/** An Event about the pod. */
export function aPodEvent(told: ToldPod, reason: string, time: string, message?: string): KubernetesEvent {
  const { name, node = 'node1' } = told;
  return aKubernetesEvent({
    reason,
    occurredAt: at(time),
    pod: { namespace: NAMESPACE, name, uid: uidOf(told), ...(node === null ? {} : { node }) },
    ...(message === undefined ? {} : { message }),
  });
}

export function aNodeEvent(node: string, reason: string, time: string, message?: string): KubernetesEvent {
  return aKubernetesEvent({
    reason,
    occurredAt: at(time),
    node,
    ...(message === undefined ? {} : { message }),
  });
}

export interface AccountOptions extends WorkloadOptions {
  readonly more?: readonly RecordedEvent[];
  /** What was watched; all of it from the day before, if not given. */
  readonly statements?: readonly RecordedEvent[];
}

/** The account of a workload whose pods are told, read an hour after noon unless it is said otherwise. */
export function accountOf(
  kind: string,
  name: string,
  pods: readonly ToldPod[],
  { more = [], statements = watchedFrom('2026-02-28T00:00:00.000Z'), ...options }: AccountOptions = {},
): WorkloadTimeline {
  const events = [...statements, ...pods.flatMap(tellPod), ...more];
  const read = pods.map((told) => {
    const timeline = reconstruct('lab', uidOf(told), events);
    if (timeline === undefined) throw new Error(`nothing is told of ${told.name}`);
    return { timeline, events };
  });
  const account = reconstructWorkload({ cluster: 'lab', namespace: NAMESPACE, kind, name }, read, {
    readAt: at('13:00:00'),
    ...options,
  });
  if (account === undefined) throw new Error(`no pod is of ${kind}/${name}`);
  return account;
}
