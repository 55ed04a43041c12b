import type { KubernetesEvent } from '../contract/kubernetes-event.ts';
import type { PodEvent } from '../contract/pod-event.ts';
import type { Timeline } from '../contract/timeline.ts';
import type { PodRecord } from '../reconstruct/pod-record.ts';
import { compareTimes } from '../time.ts';
import { findDisruption, findReason, type Said } from './disruption.ts';
import type { Leaving } from './leaving.ts';
import { shiftWithin } from './moment.ts';
import { type NodeSigns, readNodeSigns } from './node-signs.ts';

type Evidence = readonly { readonly id: string }[];

/** What ended a pod, as far as the pod and its node tell: whether it was wanted any more is told by the other pods. */
export type PodEnd =
  | {
      readonly kind: 'pressure';
      readonly resource: string | undefined;
      readonly own: boolean;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'evicted-by-api';
      readonly cordoned: KubernetesEvent | undefined;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'evicted-by-taint'; readonly evidence: Evidence }
  | { readonly kind: 'taint-or-lost'; readonly evidence: Evidence }
  | {
      readonly kind: 'preempted';
      readonly by: string | undefined;
      readonly byKubelet: boolean;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'node-lost';
      readonly how: 'not-ready' | 'gone' | 'shut-down';
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'ended';
      readonly how: 'succeeded' | 'failed' | 'deadline';
      readonly exitCode: number | undefined;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'rejected'; readonly reason: string; readonly evidence: Evidence }
  | { readonly kind: 'by-kubelet'; readonly evidence: Evidence }
  | {
      readonly kind: 'deleted';
      readonly cordoned: KubernetesEvent | undefined;
      readonly nodeLost: KubernetesEvent | undefined;
      readonly showsDisruptions: boolean;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'removed'; readonly evidence: Evidence }
  | { readonly kind: 'vanished'; readonly evidence: Evidence };

/** A node is given up after 5 minutes (`default-not-ready-toleration`) and 50 s; its Events should have been heard then. */
const NODE_LOST_MS = 6 * 60_000;

/**
 * Judges what ended a pod. The pod's own word comes first: `status.reason` of the kubelet, and the condition
 * `DisruptionTarget` (KEP-3329, in use since 1.26), then the Events about it, which get lost.
 */
export function judgePodEnd(record: PodRecord, leaving: Leaving, timeline: Timeline): PodEnd {
  const seen = record.revisions.slice(0, leaving.index + 1);
  const node = readNodeSigns(
    record.nodeEvents.filter((event) => event.node === timeline.pod.node),
    leaving.at,
  );
  const facts: Facts = {
    leaving,
    timeline,
    node,
    events: record.kubernetesEvents,
    reason: findReason(seen),
    disruption: findDisruption(record.revisions, leaving),
    revision: leaving.revision === undefined ? [] : [leaving.revision],
  };
  return (
    judgePressure(facts) ??
    judgePreemption(facts) ??
    judgeNodeLoss(facts) ??
    judgeEviction(facts) ??
    judgeRest(facts, record)
  );
}

interface Facts {
  readonly leaving: Leaving;
  readonly timeline: Timeline;
  readonly node: NodeSigns;
  readonly events: readonly KubernetesEvent[];
  /** `status.reason`. */
  readonly reason: Said | undefined;
  readonly disruption: Said | undefined;
  readonly revision: Evidence;
}

/** The kubelet's eviction manager (eviction/helpers.go has its messages). */
function judgePressure({ events, reason, node, disruption }: Facts): PodEnd | undefined {
  const event = events.findLast((one) => one.reason === 'Evicted');
  if (event === undefined && reason?.reason !== 'Evicted') return undefined;
  const { message = '' } = event ?? {};
  const low = /^The node (?:was low on resource: |had condition: \[)([^\s.\]]+)/.exec(message)?.[1];
  const own = /^(?:Container \S+ exceeded its|Pod ephemeral|Usage of EmptyDir)/.test(message);
  const guess = low === undefined && !own ? node.reclaiming : undefined;
  const reclaimed = /^Attempting to reclaim (\S+)/.exec(guess?.message ?? '')?.[1];
  return {
    kind: 'pressure',
    resource: low ?? (own ? ownLimitOf(message) : reclaimed),
    own,
    evidence: present(event, reason?.revision, disruption?.revision, guess),
  };
}

function ownLimitOf(message: string): string {
  return message.startsWith('Usage of EmptyDir') ? 'an emptyDir volume' : 'ephemeral storage';
}

function judgePreemption({ events, reason, disruption }: Facts): PodEnd | undefined {
  const event = events.findLast((one) => one.reason === 'Preempted' || one.reason === 'Preempting');
  const byKubelet = reason?.reason === 'Preempting' || event?.reason === 'Preempting';
  if (event === undefined && !byKubelet && disruption?.reason !== 'PreemptionByScheduler') return undefined;
  const by = /^Preempted by (?:pod )?(\S+) on node /.exec(event?.message ?? '')?.[1];
  return {
    kind: 'preempted',
    by,
    byKubelet,
    evidence: present(disruption?.revision, reason?.revision, event),
  };
}

/** `Terminated` is the word of the kubelet's shutdown manager (nodeshutdown_manager_linux.go), `Shutdown` was before 1.22. */
const SHUT_DOWN = new Set(['Terminated', 'Shutdown', 'NodeShutdown']);

function judgeNodeLoss({ events, reason, disruption, node, timeline, leaving }: Facts): PodEnd | undefined {
  const lost = (
    how: 'not-ready' | 'gone' | 'shut-down',
    ...evidence: (Evidence[number] | undefined)[]
  ): PodEnd => ({
    kind: 'node-lost',
    how,
    evidence: present(...evidence),
  });
  if (reason !== undefined && SHUT_DOWN.has(reason.reason))
    return lost('shut-down', reason.revision, disruption?.revision, node.shutDown);
  if (disruption?.reason === 'TerminationByKubelet' && node.shutDown !== undefined)
    return lost('shut-down', disruption.revision, node.shutDown);
  if (disruption?.reason === 'DeletionByPodGC') return lost('gone', disruption.revision, node.lost);
  const given = events.findLast((event) => event.reason === 'NodeControllerEviction');
  if (reason?.reason === 'NodeLost' || given !== undefined)
    return lost('not-ready', reason?.revision, given, node.lost);
  const marked = events.findLast(
    (event) => event.reason === 'TaintManagerEviction' && event.message?.startsWith('Cancelling') !== true,
  );
  if (disruption?.reason !== 'DeletionByTaintManager' && (disruption !== undefined || marked === undefined))
    return undefined;
  const unready = node.lost ?? events.findLast((event) => event.reason === 'NodeNotReady');
  if (unready !== undefined) return lost('not-ready', disruption?.revision, marked, unready);
  const silent = isWatched(timeline, leaving);
  return {
    kind: silent ? 'evicted-by-taint' : 'taint-or-lost',
    evidence: present(disruption?.revision, marked),
  };
}

/** Whether Events were watched in the part of the pod's life in which a lost node would have been told of. */
function isWatched({ gaps }: Timeline, { at }: Leaving): boolean {
  const since = shiftWithin(at, -NODE_LOST_MS);
  return gaps.every(
    ({ source, from, to }) =>
      source !== 'event' ||
      (from !== null && compareTimes(from, at) > 0) ||
      (to !== null && compareTimes(to, since) < 0),
  );
}

function judgeEviction({ disruption, node }: Facts): PodEnd | undefined {
  if (disruption?.reason === 'EvictionByEvictionAPI') {
    return {
      kind: 'evicted-by-api',
      cordoned: node.cordoned,
      evidence: present(disruption.revision, node.cordoned),
    };
  }
  // Of three readings: pressure, a critical pod, a shutdown.
  if (disruption?.reason === 'TerminationByKubelet')
    return { kind: 'by-kubelet', evidence: present(disruption.revision) };
  return undefined;
}

function judgeRest({ leaving, revision, reason, timeline, node }: Facts, { revisions }: PodRecord): PodEnd {
  switch (leaving.by) {
    case 'phase': {
      const failed = leaving.revision?.status?.phase ?? leaving.revision?.row?.phase;
      if (reason?.reason === 'DeadlineExceeded')
        return { kind: 'ended', how: 'deadline', exitCode: undefined, evidence: revision };
      if (failed === 'Failed' && reason !== undefined && timeline.runs.length === 0)
        return { kind: 'rejected', reason: reason.reason, evidence: revision };
      return {
        kind: 'ended',
        how: failed === 'Failed' ? 'failed' : 'succeeded',
        exitCode: exitCodeOf(timeline),
        evidence: revision,
      };
    }
    case 'deletion':
      return {
        kind: 'deleted',
        cordoned: node.cordoned,
        nodeLost: node.lost,
        showsDisruptions: revisions.some(isOfVersionThatShowsDisruptions),
        evidence: revision,
      };
    case 'vanished':
      return { kind: 'vanished', evidence: revision };
    case 'removed':
      return { kind: 'removed', evidence: [] };
  }
}

/** The condition came with 1.29 and on by default: later than `DisruptionTarget`, and on every pod that ran. */
function isOfVersionThatShowsDisruptions({ status }: PodEvent): boolean {
  return status?.conditions?.some(({ type }) => type === 'PodReadyToStartContainers') ?? false;
}

/** Of the last app container that failed, else of the last one. */
function exitCodeOf({ runs }: Timeline): number | undefined {
  const ended = runs.filter(
    ({ kind, exitCode, synthetic }) => kind !== 'ephemeral' && exitCode !== null && synthetic !== true,
  );
  return (ended.findLast(({ exitCode }) => exitCode !== 0) ?? ended.at(-1))?.exitCode ?? undefined;
}

function present(...evidence: readonly (Evidence[number] | undefined)[]): Evidence {
  return evidence.filter((one) => one !== undefined);
}
