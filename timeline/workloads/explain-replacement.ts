import type { ReplacementCause } from '../contract/workload-timeline.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { sayImageChanges } from './image-changes.ts';
import type { PodEnd } from './pod-end.ts';
import type { PodLife } from './pod-life.ts';
import { AT_ONCE_MS } from './kinship.ts';
import type { Succession } from './succession.ts';

export interface ReplacementFacts {
  readonly kind: string;
  readonly life: PodLife;
  readonly succession: Succession;
  readonly cause: ReplacementCause;
  readonly downtimeMs: number | null;
}

/** One to three sentences for a tired reader: what ended the pod and who did it, what took its place, and the gap. */
export function explainReplacement(facts: ReplacementFacts): string {
  return [sayEnd(facts), saySuccessor(facts)].filter((sentence) => sentence !== '').join(' ');
}

function sayEnd({ kind, life, succession, cause }: ReplacementFacts): string {
  const { end } = life;
  if (end === undefined) return 'What ended the pod was not seen.';
  switch (end.kind) {
    case 'pressure':
      return sayPressure(end);
    case 'evicted-by-api':
      return cause === 'drained'
        ? 'The pod was evicted through the API to empty its node, which had been closed to new pods (cordoned), as kubectl drain does.'
        : 'The pod was evicted through the API, as autoscalers and deschedulers do; that its node had been closed to new pods, as for a drain, was not seen.';
    case 'evicted-by-taint':
      return 'The pod was evicted by a NoExecute taint on its node; the node was not told to be lost, so somebody or something set the taint.';
    case 'taint-or-lost':
      return 'The pod was evicted by a NoExecute taint on its node. Whether the node was lost or somebody set the taint cannot be told: Kubernetes Events were not watched then.';
    case 'preempted':
      return end.byKubelet
        ? 'The kubelet ended the pod to make room for a critical pod on its node.'
        : `The scheduler removed the pod to make room for a pod of higher priority${end.by === undefined ? '' : ` (${end.by})`}.`;
    case 'node-lost':
      return sayNodeLost(end.how);
    case 'ended':
      return sayEnded(end);
    case 'rejected':
      return `The kubelet would not run the pod (${end.reason}).`;
    case 'by-kubelet':
      return 'The kubelet ended the pod, whether for want of resources, for a critical pod or because its node shut down: status.reason would have told, and was not seen.';
    case 'removed':
      return 'The container was removed through Docker.';
    case 'vanished':
      return cause === 'rollout'
        ? sayRollout(life, succession)
        : 'The pod went while pods were not watched: what ended it was not seen.';
    case 'deleted':
      return sayDeletion(kind, life, end, succession, cause);
  }
}

function sayPressure({ resource, own }: Extract<PodEnd, { kind: 'pressure' }>): string {
  if (own) return `The kubelet evicted the pod because it used more than its limit of ${resource}.`;
  if (resource === undefined)
    return 'The kubelet evicted the pod because its node was low on a resource; which one was not seen.';
  const word = PRESSURES.get(resource) ?? resource;
  return `The kubelet evicted the pod because its node was low on ${word}.`;
}

const PRESSURES: ReadonlyMap<string, string> = new Map([
  ['MemoryPressure', 'memory'],
  ['DiskPressure', 'disk space'],
  ['PIDPressure', 'process IDs'],
  ['pids', 'process IDs'],
]);

function sayNodeLost(how: Extract<PodEnd, { kind: 'node-lost' }>['how']): string {
  switch (how) {
    case 'shut-down':
      return 'The pod ended with its node, which shut down in good order.';
    case 'gone':
      return 'The node of the pod was no longer in the cluster, or was declared out of service, so the garbage collector removed the pod.';
    case 'not-ready':
      return 'The node of the pod was lost (not ready or unreachable), so the pod was given up.';
  }
}

function sayEnded({ how, exitCode }: Extract<PodEnd, { kind: 'ended' }>): string {
  switch (how) {
    case 'succeeded':
      return 'The pod ended by itself and succeeded.';
    case 'deadline':
      return 'The pod was ended because it ran longer than its deadline.';
    case 'failed':
      return `The pod ended by itself and failed${exitCode === undefined ? '' : ` (exit code ${exitCode})`}.`;
  }
}

function sayDeletion(
  kind: string,
  life: PodLife,
  end: Extract<PodEnd, { kind: 'deleted' }>,
  succession: Succession,
  cause: ReplacementCause,
): string {
  if (cause === 'rollout') return sayRollout(life, succession);
  if (cause === 'drained')
    return 'The pod was deleted from a node that had been closed to new pods (cordoned), as for a drain, and its controller made another at once.';
  if (cause === 'scaled') return sayScaled(kind, life, succession);
  if (cause === 'node-lost')
    return 'The pod was deleted after its node was lost (not ready, or taken out of the cluster).';
  return cause === 'deleted' ? sayDeleted(kind, end, succession) : sayUnknown(life, succession);
}

function sayRollout({ revision, images }: PodLife, succession: Succession): string {
  const to = 'to' in succession ? succession.to : undefined;
  if (to === undefined)
    return `A rollout took the pod away: pods of another revision than its ${revision ?? 'own'} stayed.`;
  return `A rollout replaced the pod: revision ${revision ?? 'unknown'} gave way to ${to.revision ?? 'another'} (${sayImageChanges(images, to.images)}).`;
}

function sayScaled(kind: string, life: PodLife, succession: Succession): string {
  if (succession.how === 'later')
    return 'Fewer pods were wanted: the pod was deleted, and none was made in its place at once.';
  return kind === 'DaemonSet'
    ? 'The pod was deleted and no other was made on that node, so the DaemonSet wanted none there any more.'
    : `Fewer pods were wanted: the pod was deleted, and its ${life.owner?.kind ?? 'controller'}, which makes up for one that is missing at once, made no other.`;
}

function lagOf({ leaving }: PodLife, { bornAt }: PodLife): number | undefined {
  if (leaving === undefined || bornAt === undefined) return undefined;
  return Math.max(0, millisBetween(leaving.at, bornAt));
}

function sayDeleted(
  kind: string,
  { showsDisruptions }: Extract<PodEnd, { kind: 'deleted' }>,
  { how }: Succession,
): string {
  if (how === 'remade')
    return `The pod went because its ${kind} was deleted and made anew under the same name.`;
  if (kind === 'Pod') return 'The pod was deleted through the API; no controller looks after it.';
  const caveat = showsDisruptions
    ? ''
    : ' Before Kubernetes 1.26 an eviction through the API (kubectl drain) looks the same.';
  return `The pod was deleted through the API (kubectl delete pod or the like): its controller made another at once, so as many pods were wanted as before.${caveat}`;
}

function sayUnknown({ owner }: PodLife, { how }: Succession): string {
  if (how === 'later')
    return 'The pod was deleted and its workload had no pod left. Whether it was scaled to nothing, or deleted and made anew, cannot be told: the pod that came later is of another revision.';
  if (how === 'none-left')
    return `The pod was deleted and its workload had no pod left. Whether it was scaled to nothing or deleted cannot be told; a later pod of the same ${owner?.kind ?? 'controller'} would have told.`;
  return `The pod was deleted. Whether another was made in its place within ${formatDuration(AT_ONCE_MS)}, which would tell a deletion by hand from fewer pods being wanted, was not watched or is not yet heard.`;
}

function saySuccessor({ life, succession, cause, downtimeMs }: ReplacementFacts): string {
  const to = 'to' in succession ? succession.to : undefined;
  if (to === undefined) return succession.how === 'not-seen' ? '' : 'No pod took its place.';
  const name = to.pod.name === life.pod.name ? 'A new pod of the same name' : to.pod.name;
  if (cause === 'scaled') {
    const lag = lagOf(life, to);
    return lag === undefined ? `${name} came later.` : `${name} came ${formatDuration(lag)} later.`;
  }
  if (to.startedAt === undefined) return `${name} was made in its place; that it started was not seen.`;
  if (downtimeMs === null) return `${name} took its place; how long there was none was not seen.`;
  if (downtimeMs === 0) return `${name} took its place and had started before the old one ended.`;
  return `${name} took its place, ${formatDuration(downtimeMs)} after the old one had ended.`;
}
