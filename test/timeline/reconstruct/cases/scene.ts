// The words in which the cases tell what was recorded: one pod on one node, one morning.
import { expect, it } from 'vitest';
import type { DockerAction, DockerEvent } from '../../../../timeline/contract/docker-event.ts';
import type { RecordedEvent } from '../../../../timeline/contract/event.ts';
import type { KubernetesEvent } from '../../../../timeline/contract/kubernetes-event.ts';
import type { ContainerStatus, PodEvent } from '../../../../timeline/contract/pod-event.ts';
import { recordedEvent } from '../../../../timeline/contract/event.ts';
import { reconstruct } from '../../../../timeline/reconstruct/reconstruct.ts';
import {
  aDockerEvent,
  aKubernetesEvent,
  aPodRevision,
  aStatus,
  containerId,
  POD,
  watchedFrom,
} from '../../../support/recorded-events.ts';

/** A report of odd behaviour, what an agent would have recorded of it, and what a right account says. */
export interface Case {
  /** Where it was reported, or which document describes it. */
  readonly source: string;
  /** What the account must get right, as a sentence about it. */
  readonly says: string;
  readonly events: readonly RecordedEvent[];
  /** Matched as far as it goes. */
  readonly account: {
    readonly restarts?: readonly object[];
    readonly runs?: readonly object[];
    readonly summary?: object;
    readonly sandboxes?: readonly object[];
    readonly gaps?: readonly object[];
  };
}

/** One test for each case. */
export function hold(cases: readonly Case[]): void {
  it.each(cases)('$says ($source)', ({ events, account }) => {
    for (const event of events) expect(recordedEvent.safeParse(event).error?.issues).toBeUndefined();
    const told = reconstruct('lab', POD.uid, events);
    expect(told).toMatchObject(account);
    if (account.restarts !== undefined) expect(told?.restarts).toHaveLength(account.restarts.length);
    if (account.runs !== undefined) expect(told?.runs).toHaveLength(account.runs.length);
  });
}

/** An explanation that has all these words in it. */
export function saying(...words: readonly string[]): unknown {
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return expect.stringMatching(new RegExp(pattern, 's')) as unknown;
}

export const id = containerId;

export function at(clock: string): string {
  return `2026-03-01T${clock}Z`;
}

/** Every source was watched from before the pod was made. */
export function watched(clock = '09:00:00.000'): RecordedEvent[] {
  return watchedFrom(at(clock));
}

/** Docker was not watched, as on a node of containerd. */
export function watchedWithoutDocker(): RecordedEvent[] {
  return watched().filter((event) => event.source === 'agent' && event.watched !== 'docker');
}

/** The pod as it was added at ten o'clock. */
export function added(facts: Partial<PodEvent> = {}): PodEvent {
  return aPodRevision({
    resourceVersion: '10',
    occurredAt: at('10:00:00'),
    observedAt: at('10:00:00.100'),
    type: 'ADDED',
    metadata: { createdAt: at('10:00:00') },
    ...facts,
  });
}

type StatusFacts = Partial<ContainerStatus>;
type RevisionFacts = Partial<PodEvent>;

/** A revision with one container's status. */
export function status(
  resourceVersion: number,
  clock: string,
  facts: StatusFacts,
  revision: RevisionFacts = {},
): PodEvent {
  const given = aStatus(facts);
  return aPodRevision({
    resourceVersion: String(resourceVersion),
    occurredAt: at(clock),
    containerStatuses: [given],
    row: {
      phase: 'Running',
      ready: given.ready ? '1/1' : '0/1',
      status: 'Running',
      restarts: given.restartCount,
    },
    ...revision,
  });
}

/** The status of a container that runs since `clock`. */
export function running(
  resourceVersion: number,
  clock: string,
  word: string,
  restartCount: number,
  facts: StatusFacts = {},
  revision: RevisionFacts = {},
): PodEvent {
  return status(
    resourceVersion,
    clock,
    {
      containerId: id(word),
      restartCount,
      ready: true,
      state: { running: { startedAt: at(clock.slice(0, 8)) } },
      ...facts,
    },
    revision,
  );
}

export interface End {
  readonly exitCode: number;
  readonly reason?: string;
  readonly from?: string;
}

export function terminated(word: string, clock: string, { exitCode, reason, from }: End) {
  return {
    exitCode,
    reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
    ...(from === undefined ? {} : { startedAt: at(from) }),
    finishedAt: at(clock),
    containerId: id(word),
  };
}

/** The status of a container that ended at `clock`. */
export function ended(
  resourceVersion: number,
  clock: string,
  word: string,
  restartCount: number,
  end: End,
  facts: StatusFacts = {},
): PodEvent {
  return status(resourceVersion, clock, {
    containerId: id(word),
    restartCount,
    state: { terminated: terminated(word, clock, end) },
    ...facts,
  });
}

type DockerFacts = Partial<DockerEvent>;

/** What Docker tells of a container of the pod, in the sandbox `sandbox` unless another is given. */
export function docker(
  action: DockerAction,
  clock: string,
  word: string,
  facts: DockerFacts = {},
): DockerEvent {
  const own = facts.role === 'sandbox' ? {} : { sandboxId: id('sandbox') };
  return aDockerEvent({ action, occurredAt: at(clock), containerId: id(word), ...own, ...facts });
}

export function sandbox(
  action: DockerAction,
  clock: string,
  word: string,
  facts: DockerFacts = {},
): DockerEvent {
  return docker(action, clock, word, { role: 'sandbox', container: 'POD', ...facts });
}

/** Docker made and started a container. */
export function made(clock: string, word: string, facts: DockerFacts = {}): DockerEvent[] {
  const [seconds = '', tenths = '0'] = clock.split('.');
  const { exitCode: _, signal: __, ...lasting } = facts;
  return [
    docker('create', `${seconds}.${tenths}`, word, lasting),
    docker('start', `${seconds}.${tenths}5`, word, lasting),
  ];
}

export function madeSandbox(clock: string, word = 'sandbox'): DockerEvent[] {
  return [sandbox('create', `${clock}.1`, word), sandbox('start', `${clock}.2`, word)];
}

/** Docker stopped a container: by the kubelet or by someone else, which looks alike. */
export function stopped(
  clock: string,
  word: string,
  exitCode: number,
  facts: DockerFacts = {},
): DockerEvent[] {
  return [
    docker('kill', `${clock}.100`, word, { signal: 15, ...facts }),
    docker('die', `${clock}.200`, word, { exitCode, ...facts }),
    docker('stop', `${clock}.210`, word, facts),
  ];
}

/** The kubelet said something of the container `web`. */
export function said(
  reason: string,
  clock: string,
  message?: string,
  facts: Partial<KubernetesEvent> = {},
): KubernetesEvent {
  return aKubernetesEvent({
    reason,
    occurredAt: at(clock),
    container: 'web',
    ...(message === undefined ? {} : { message }),
    ...facts,
  });
}

/** The kubelet said something of the pod as a whole. */
export function saidOfPod(
  reason: string,
  clock: string,
  message?: string,
  facts: Partial<KubernetesEvent> = {},
): KubernetesEvent {
  const { container: _, ...event } = said(reason, clock, message, facts);
  return event;
}

/** An Event of the node that the pod is on. */
export function saidOfNode(
  reason: string,
  clock: string,
  message: string,
  facts: Partial<KubernetesEvent> = {},
): KubernetesEvent {
  return aKubernetesEvent({ reason, occurredAt: at(clock), message, node: 'node1', ...facts });
}
