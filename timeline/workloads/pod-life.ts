import type { RecordedEvent } from '../contract/event.ts';
import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { Gap, Restart, RestartSummary, Run, Timeline, TimelinePod } from '../contract/timeline.ts';
import type { ContainerImage } from '../contract/workload-timeline.ts';
import { readCoverage } from '../reconstruct/coverage.ts';
import { type PodRecord, sortOut } from '../reconstruct/pod-record.ts';
import { compareTimes, earliest, latest } from '../time.ts';
import { findLeaving, type Leaving } from './leaving.ts';
import { likelyMoment } from './moment.ts';
import { judgePodEnd, type PodEnd } from './pod-end.ts';

export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string | undefined;
}

/** What the account of a workload needs to know of one of its pods: small, whatever the pod went through. */
export interface PodLife {
  readonly pod: TimelinePod;
  readonly summary: RestartSummary;
  /** The newest of them. */
  readonly restarts: readonly Restart[];
  readonly gaps: readonly Gap[];
  readonly owner: Owner | undefined;
  readonly revision: string | undefined;
  /** `batch.kubernetes.io/job-completion-index`. */
  readonly completionIndex: string | undefined;
  readonly images: readonly ContainerImage[];
  readonly bornAt: Timestamp | undefined;
  /** The revision with which it came; undefined if only later ones were seen. */
  readonly birth: PodEvent | undefined;
  readonly startedAt: Timestamp | undefined;
  readonly readyAt: Timestamp | undefined;
  readonly leaving: Leaving | undefined;
  readonly goneAt: Timestamp | undefined;
  readonly endedAt: Timestamp | undefined;
  readonly succeeded: boolean;
  readonly end: PodEnd | undefined;
  /** That no node at all took new pods when it was to be scheduled. */
  readonly everyNodeCordoned: KubernetesEvent | undefined;
  readonly lastHeardAt: Timestamp | undefined;
  /** Whether new pods were watched for, without a break. */
  readonly watched: (from: Timestamp, to: Timestamp) => boolean;
}

/** Of each pod so many restarts are kept, the newest; the account of the workload tells no more in all. */
export const RESTARTS_TOLD = 1_000;

/**
 * Reads what the account of a workload needs of one pod.
 *
 * @param timeline as `reconstruct` gives it
 * @param events those that it was made of, of the pod and of its surroundings, in any order and repetition
 */
export function readPodLife(timeline: Timeline, events: Iterable<RecordedEvent>): PodLife {
  const all = [...events];
  const { pod, runs } = timeline;
  const record = sortOut(pod.uid, all);
  const revisions = record?.revisions ?? [];
  const metadata = revisions.findLast((revision) => revision.metadata !== undefined)?.metadata;
  const labels = metadata?.labels ?? {};
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  const leaving = leavingOf(record, pod);
  const birth = revisions.find(({ type }) => type === 'ADDED');
  const coverage = readCoverage(record?.statements ?? [], undefined);
  const terminated = revisions.findLast(({ status }) => status?.phase !== undefined)?.status?.phase;
  return {
    pod,
    summary: timeline.summary,
    restarts: timeline.restarts.slice(-RESTARTS_TOLD),
    gaps: timeline.gaps,
    owner: owner === undefined ? undefined : { kind: owner.kind, name: owner.name, uid: owner.uid },
    revision: labels['pod-template-hash'] ?? labels['controller-revision-hash'],
    completionIndex: labels['batch.kubernetes.io/job-completion-index'],
    images: imagesOf(revisions, runs),
    bornAt: bornAtOf(pod, birth, revisions),
    birth,
    startedAt: appRuns(runs).reduce<Timestamp | undefined>(
      (first, { startedAt }) => earliest(first, startedAt ?? undefined),
      undefined,
    ),
    readyAt: timeline.phases.find(({ ready }) => /^([1-9]\d*)\/\1$/.test(ready))?.at,
    leaving,
    goneAt: pod.deletedAt ?? undefined,
    endedAt: leaving === undefined ? undefined : endOfService(runs),
    succeeded: terminated === 'Succeeded' && leaving?.by === 'phase',
    end: leaving === undefined || record === undefined ? undefined : judgePodEnd(record, leaving, timeline),
    everyNodeCordoned: record?.kubernetesEvents.find(saysThatEveryNodeIsCordoned),
    lastHeardAt: all.reduce<Timestamp | undefined>(
      (last, { observedAt }) => latest(last, observedAt),
      undefined,
    ),
    watched: (from, to) => coverage.covers('pod', from, to),
  };
}

function leavingOf(record: PodRecord | undefined, { deletedAt }: TimelinePod): Leaving | undefined {
  if (record?.standalone !== true) return findLeaving(record?.revisions ?? []);
  if (deletedAt === null) return undefined;
  return { at: deletedAt, notBefore: deletedAt, by: 'removed', index: 0, revision: undefined };
}

function bornAtOf(
  { createdAt }: TimelinePod,
  birth: PodEvent | undefined,
  revisions: readonly PodEvent[],
): Timestamp | undefined {
  if (createdAt === null) {
    return revisions.reduce<Timestamp | undefined>(
      (first, { occurredAt }) => earliest(first, occurredAt),
      undefined,
    );
  }
  return birth === undefined ? createdAt : likelyMoment(createdAt, birth.observedAt, true);
}

/** As the template had them: those of the first specification that was seen, else those that ran. */
function imagesOf(revisions: readonly PodEvent[], runs: readonly Run[]): readonly ContainerImage[] {
  const images = new Map<string, string>();
  const spec = revisions.find((revision) => revision.spec?.containers !== undefined)?.spec;
  for (const { name, kind, image } of spec?.containers ?? []) {
    if (kind !== 'ephemeral' && image !== undefined) images.set(name, image);
  }
  for (const { container, kind, image } of spec === undefined ? runs : []) {
    if (kind !== 'ephemeral' && image !== null && !images.has(container)) images.set(container, image);
  }
  return [...images].map(([container, image]) => ({ container, image }));
}

function appRuns(runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ kind }) => kind === 'app');
}

/** When the last app container had ended; undefined while one of them is not known to have. */
function endOfService(runs: readonly Run[]): Timestamp | undefined {
  const ends = new Map<string, Timestamp | undefined>();
  // Runs are in the order of time, so that the last of each container stays.
  for (const { container, finishedAt } of appRuns(runs)) ends.set(container, finishedAt ?? undefined);
  const times = [...ends.values()].filter((end) => end !== undefined);
  return times.length === ends.size ? times.sort(compareTimes).at(-1) : undefined;
}

/** `0/3 nodes are available: 3 node(s) were unschedulable`: the node of a pod that just left is one of them. */
function saysThatEveryNodeIsCordoned({ reason, message = '' }: KubernetesEvent): boolean {
  const [, all, cordoned] =
    /^0\/(\d+) nodes are available: (\d+) node\(s\) were unschedulable/.exec(message) ?? [];
  return reason === 'FailedScheduling' && all !== undefined && all === cordoned;
}
