import type { RecordedEvent } from '../contract/event.ts';
import type { WatchedSource } from '../contract/agent-event.ts';
import type { PodUid, Timestamp } from '../contract/primitives.ts';
import type { Gap, Restart, RestartSummary, Run, Timeline, TimelinePod } from '../contract/timeline.ts';
import { signalName } from '../signals.ts';
import { compareTimes, earliest, latest, latestMeant } from '../time.ts';
import { workloadOf } from '../workload.ts';
import { attachLogs } from './attach-logs.ts';
import { type ContainerTrace, traceContainers } from './container-trace.ts';
import { type Coverage, readCoverage } from './coverage.ts';
import { onNodeClock, readClockOffsets } from './node-clock.ts';
import { type PodRecord, sortOut } from './pod-record.ts';
import { traceRestarts } from './restarts.ts';
import type { RevisionFacts } from './revision-facts.ts';
import { knownSince, type RunTrace } from './run-trace.ts';
import { type PodRuns, traceRuns } from './runs.ts';
import { presentSandbox, traceSandboxes } from './sandboxes.ts';

/**
 * Reconstructs what happened to one pod.
 *
 * A pure function of the *set* of events: their order and their repetition do not matter. Fewer events give fewer
 * facts, never other ones; nothing is invented to fill a gap.
 *
 * @param cluster under which name the cluster records
 * @param uid the pod, or the container ID of a container that Docker runs alone
 * @param events those of the pod, and those of its surroundings (its node's, and the agents' statements); events of
 *   other pods are passed over
 * @returns undefined if no event is about that pod
 */
export function reconstruct(
  cluster: string,
  uid: PodUid,
  events: Iterable<RecordedEvent>,
): Timeline | undefined {
  const record = sortOut(uid, events);
  if (record === undefined) return undefined;
  const coverage = readCoverage(record.statements, record.node);
  const offsets = readClockOffsets(record);
  const onNode = onNodeClock(coverage, offsets);
  const traces = traceContainers(record.runtimeEvents);
  const podRuns = traceRuns(record.revisions, traces);
  const { runsByContainer, facts } = podRuns;
  const sandboxes = traceSandboxes(traces, onNode);
  const pod = describePod(cluster, record, facts, traces);
  const { restarts, unseen, sandboxFates } = traceRestarts(record, podRuns, sandboxes, onNode, offsets.event);
  const runs = inOrder(runsByContainer);
  const gaps = gapsOf(record, pod, runs, coverage);
  return {
    pod,
    summary: summarise(facts, restarts, unseen, gaps),
    sandboxes: sandboxes.map((sandbox) =>
      presentSandbox(sandbox, pod.deletedAt !== null, sandboxFates.get(sandbox.id)),
    ),
    runs: runs.map(presentRun),
    restarts: attachLogs(restarts, record.logs),
    gaps,
    phases: facts.phases,
  };
}

function describePod(
  cluster: string,
  { ref, node, revisions, standalone }: PodRecord,
  { metadata }: RevisionFacts,
  traces: ReadonlyMap<string, ContainerTrace>,
): TimelinePod {
  // The mirror of a static pod can be deleted and made anew while the pod lives on: only the last word counts.
  const last = revisions.at(-1);
  const gone = last?.type === 'DELETED' || last?.type === 'VANISHED' ? last : undefined;
  const own = standalone ? traces.get(ref.uid) : undefined;
  return {
    cluster,
    namespace: ref.namespace,
    name: ref.name,
    uid: ref.uid,
    node: node ?? null,
    workload: workloadOf(ref.name, metadata),
    createdAt: metadata?.createdAt ?? own?.createdAt ?? null,
    deletedAt: gone?.observedAt ?? own?.destroy?.occurredAt ?? null,
  };
}

/** The contract's largest count; several containers can each claim as much. */
const MAX_COUNT = 2_147_483_647;

function summarise(
  { row }: RevisionFacts,
  restarts: readonly Restart[],
  unseen: number,
  gaps: readonly Gap[],
): RestartSummary {
  const counted = restarts.filter((restart) => restart.counted).length;
  return {
    restarts: restarts.length,
    counted,
    uncounted: restarts.length - counted,
    kubernetesRestartCount: row?.restarts ?? null,
    downtimeMs: restarts.reduce((sum, { downtimeMs }) => sum + (downtimeMs ?? 0), 0),
    complete: gaps.length === 0,
    ...(unseen > 0 ? { unseen: Math.min(unseen, MAX_COUNT) } : {}),
  };
}

function gapsOf(record: PodRecord, pod: TimelinePod, runs: readonly RunTrace[], coverage: Coverage): Gap[] {
  const from = beginningOf(record, pod, coverage);
  if (from === undefined) return [];
  const to = pod.deletedAt ?? undefined;
  const sources: WatchedSource[] = record.standalone
    ? ['docker']
    : ['pod', 'event', ...runtimeSources(runs, coverage)];
  return sources
    .flatMap((source) => coverage.gaps(source, from, to))
    .sort((a, b) => compareTimes(a.from ?? from, b.from ?? from) || (a.source < b.source ? -1 : 1));
}

/**
 * From when on the pod could be watched. A pod that was seen to be added was added while someone watched: a creation
 * time from before that is of a clock that runs behind.
 */
function beginningOf(record: PodRecord, pod: TimelinePod, coverage: Coverage): Timestamp | undefined {
  if (pod.createdAt === null) return firstHeard(record);
  const created = latestMeant(pod.createdAt);
  const first = record.revisions[0];
  const since = first?.type === 'ADDED' ? coverage.watchedSince('pod', first.observedAt) : undefined;
  return latest(created, since) ?? created;
}

function firstHeard(record: PodRecord): Timestamp | undefined {
  return [record.revisions, record.kubernetesEvents, record.runtimeEvents]
    .flat()
    .reduce<Timestamp | undefined>((first, event) => earliest(first, event.occurredAt), undefined);
}

/** The source that would have carried the runtime's events: by the pod's containers, else by what was watched. */
function runtimeSources(runs: readonly RunTrace[], coverage: Coverage): WatchedSource[] {
  const runtimes = new Set(runs.map(({ runtime }) => runtime));
  const sources: WatchedSource[] = [];
  if (runtimes.has('docker') || (runtimes.size === 0 && coverage.mentions('docker'))) sources.push('docker');
  if (
    runtimes.has('containerd') ||
    runtimes.has('cri-o') ||
    (runtimes.size === 0 && coverage.mentions('cri'))
  ) {
    sources.push('cri');
  }
  return sources;
}

/** The runs of all containers in the order of time, those of each in the order in which they are given. */
function inOrder(runsByContainer: PodRuns['runsByContainer']): readonly RunTrace[] {
  const lists = [...runsByContainer.values()];
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) return only;
  const placed = lists.flatMap((runs) => {
    let reached: Timestamp | undefined;
    return runs.map((run) => {
      reached = latest(reached, knownSince(run));
      return { run, since: knownSince(run) === undefined ? undefined : reached };
    });
  });
  placed.sort((a, b) =>
    a.since === undefined || b.since === undefined
      ? Number(a.since === undefined) - Number(b.since === undefined)
      : compareTimes(a.since, b.since),
  );
  return placed.map(({ run }) => run);
}

function presentRun(run: RunTrace): Run {
  return {
    container: run.container,
    kind: run.kind,
    containerId: run.containerId,
    runtime: run.runtime,
    attempt: run.attempt ?? null,
    sandboxId: run.sandboxId ?? null,
    image: run.image ?? null,
    imageId: run.imageId ?? null,
    createdAt: run.createdAt ?? null,
    startedAt: run.startedAt ?? null,
    readyAt: run.readyAt ?? null,
    finishedAt: run.finishedAt ?? null,
    exitCode: run.exitCode ?? null,
    signal: run.signal === undefined ? null : signalName(run.signal),
    reason: run.reason ?? null,
    ...(run.synthetic ? { synthetic: true } : {}),
  };
}
