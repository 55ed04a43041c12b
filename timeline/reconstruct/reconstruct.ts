import type { RecordedEvent } from '../contract/event.ts';
import type { WatchedSource } from '../contract/agent-event.ts';
import type { PodUid, Timestamp } from '../contract/primitives.ts';
import type { Gap, Restart, RestartSummary, Run, Timeline, TimelinePod } from '../contract/timeline.ts';
import { signalName } from '../signals.ts';
import { compareTimes, earliest, latestMeant } from '../time.ts';
import { workloadOf } from '../workload.ts';
import { type ContainerTrace, traceContainers } from './container-trace.ts';
import { type Coverage, readCoverage } from './coverage.ts';
import { phasesOf } from './phases.ts';
import { type PodRecord, sortOut } from './pod-record.ts';
import { traceRestarts } from './restarts.ts';
import { knownSince, type RunTrace } from './run-trace.ts';
import { traceRuns } from './runs.ts';
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
  const traces = traceContainers(record.dockerEvents);
  const runsByContainer = traceRuns(record, traces);
  const sandboxes = traceSandboxes(traces);
  const pod = describePod(cluster, record, traces);
  const coverage = readCoverage(record.statements, pod.node ?? undefined);
  const restarts = traceRestarts(record, runsByContainer, sandboxes, coverage);
  const runs = [...runsByContainer.values()].flat().sort(compareRuns);
  const gaps = gapsOf(record, pod, runs, coverage);
  return {
    pod,
    summary: summarise(record, restarts, gaps),
    sandboxes: sandboxes.map((sandbox) => presentSandbox(sandbox, pod.deletedAt !== null)),
    runs: runs.map(presentRun),
    restarts,
    gaps,
    phases: phasesOf(record.revisions),
  };
}

function describePod(
  cluster: string,
  { ref, revisions, standalone }: PodRecord,
  traces: ReadonlyMap<string, ContainerTrace>,
): TimelinePod {
  const metadata = revisions.findLast((revision) => revision.metadata !== undefined)?.metadata;
  const nodeName = revisions.findLast((revision) => revision.spec?.nodeName !== undefined)?.spec?.nodeName;
  // The mirror of a static pod can be deleted and made anew while the pod lives on: only the last word counts.
  const last = revisions.at(-1);
  const gone = last?.type === 'DELETED' || last?.type === 'VANISHED' ? last : undefined;
  const own = standalone ? traces.get(ref.uid) : undefined;
  return {
    cluster,
    namespace: ref.namespace,
    name: ref.name,
    uid: ref.uid,
    node: ref.node ?? nodeName ?? null,
    workload: workloadOf(ref.name, metadata),
    createdAt: metadata?.createdAt ?? own?.createdAt ?? null,
    deletedAt: gone?.observedAt ?? own?.destroy?.occurredAt ?? null,
  };
}

function summarise(
  { revisions }: PodRecord,
  restarts: readonly Restart[],
  gaps: readonly Gap[],
): RestartSummary {
  const counted = restarts.filter((restart) => restart.counted).length;
  return {
    restarts: restarts.length,
    counted,
    uncounted: restarts.length - counted,
    kubernetesRestartCount: revisions.findLast(({ row }) => row !== undefined)?.row?.restarts ?? null,
    downtimeMs: restarts.reduce((sum, { downtimeMs }) => sum + (downtimeMs ?? 0), 0),
    complete: gaps.length === 0,
  };
}

function gapsOf(record: PodRecord, pod: TimelinePod, runs: readonly RunTrace[], coverage: Coverage): Gap[] {
  const from = pod.createdAt === null ? firstHeard(record) : latestMeant(pod.createdAt);
  if (from === undefined) return [];
  const to = pod.deletedAt ?? undefined;
  const sources: WatchedSource[] = record.standalone
    ? ['docker']
    : ['pod', 'event', ...runtimeSources(runs, coverage)];
  return sources
    .flatMap((source) => coverage.gaps(source, from, to))
    .sort((a, b) => compareTimes(a.from ?? from, b.from ?? from) || (a.source < b.source ? -1 : 1));
}

function firstHeard(record: PodRecord): Timestamp | undefined {
  return [record.revisions, record.kubernetesEvents, record.dockerEvents]
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

function compareRuns(a: RunTrace, b: RunTrace): number {
  const [since, otherSince] = [knownSince(a), knownSince(b)];
  if (since === undefined || otherSince === undefined) {
    return Number(since === undefined) - Number(otherSince === undefined);
  }
  return compareTimes(since, otherSince);
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
    ...(run.synthetic === true ? { synthetic: true } : {}),
  };
}
