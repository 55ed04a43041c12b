import type { RecordedEvent } from '../contract/event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import type { Gap, Timeline } from '../contract/timeline.ts';
import type {
  LeftOut,
  Replacement,
  ReplacementCause,
  WorkloadPod,
  WorkloadRestart,
  WorkloadSummary,
  WorkloadTimeline,
} from '../contract/workload-timeline.ts';
import { withoutLog } from '../reconstruct/attach-logs.ts';
import { compareText } from '../text-order.ts';
import { compareTimes, latest } from '../time.ts';
import { IMAGES_TOLD } from './image-changes.ts';
import { mergeGaps } from './merged-gaps.ts';
import { type PodLife, readPodLife, RESTARTS_TOLD } from './pod-life.ts';
import { tellReplacements } from './replacements.ts';
import { traceRollouts } from './rollouts.ts';
import { traceSuccession } from './trace-succession.ts';

export interface WorkloadName {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

export interface WorkloadOptions {
  /**
   * When this is read, less what delivery takes. The end of a pod is told by the silence that follows, too: without
   * this, only as far as something was heard later.
   */
  readonly readAt?: Timestamp | undefined;
  /** What of the workload was not read, as too much. */
  readonly leftOut?: Pick<LeftOut, 'pods' | 'morePods'> | undefined;
}

/**
 * Reconstructs what happened to a workload across all of its pods: the restarts of their containers, and the pods that
 * took the places of others.
 *
 * A pure function of the set of pods and of the set of each one's events. Pods of other workloads are passed over.
 *
 * @param pods each once: its timeline as `reconstruct` gives it, and the events that was made of
 * @returns undefined if none of the pods is of that workload
 */
export function reconstructWorkload(
  workload: WorkloadName,
  pods: Iterable<{ readonly timeline: Timeline; readonly events: Iterable<RecordedEvent> }>,
  options: WorkloadOptions = {},
): WorkloadTimeline | undefined {
  const lives: PodLife[] = [];
  for (const { timeline, events } of pods) lives.push(readPodLife(timeline, events));
  return tellWorkload(workload, lives, options);
}

/** As `reconstructWorkload`, of pods that were read before: their events need not be held together in memory. */
export function tellWorkload(
  { cluster, namespace, kind, name }: WorkloadName,
  pods: readonly PodLife[],
  { readAt, leftOut = { pods: 0, morePods: false } }: WorkloadOptions = {},
): WorkloadTimeline | undefined {
  const lives = pods
    .filter(
      ({ pod }) => pod.namespace === namespace && pod.workload.kind === kind && pod.workload.name === name,
    )
    .sort(compareBirths);
  if (lives.length === 0) return undefined;
  const lastHeardAt = lives.reduce<Timestamp | undefined>(
    (last, life) => latest(last, life.lastHeardAt),
    readAt,
  );
  const successions = traceSuccession(kind, lives, lastHeardAt);
  const replacements = tellReplacements(kind, successions);
  const all = lives.flatMap(restartsOf).sort(compareRestarts);
  const restarts = all.slice(-RESTARTS_TOLD);
  const total = sum(lives, ({ summary }) => summary.restarts);
  const left = { ...leftOut, restarts: Math.max(0, total - restarts.length) };
  return {
    cluster,
    namespace,
    workload: { kind, name },
    summary: summarise(lives, replacements, left),
    pods: lives.map(presentPod),
    replacements,
    rollouts: traceRollouts(lives, successions),
    restarts,
    gaps: mergeGaps(lives.flatMap(({ gaps }): readonly Gap[] => gaps)),
    leftOut: left,
  };
}

function compareBirths(a: PodLife, b: PodLife): number {
  if (a.bornAt !== undefined && b.bornAt !== undefined) {
    return compareTimes(a.bornAt, b.bornAt) || compareText(a.pod.uid, b.pod.uid);
  }
  return Number(a.bornAt !== undefined) - Number(b.bornAt !== undefined) || compareText(a.pod.uid, b.pod.uid);
}

function restartsOf({ pod, restarts }: PodLife): WorkloadRestart[] {
  return restarts.map((restart) => ({ ...withoutLog(restart), pod: pod.uid }));
}

function compareRestarts(a: WorkloadRestart, b: WorkloadRestart): number {
  const order =
    a.at === null || b.at === null ? Number(a.at !== null) - Number(b.at !== null) : compareTimes(a.at, b.at);
  return order || compareText(a.pod, b.pod);
}

function presentPod(life: PodLife): WorkloadPod {
  return {
    pod: life.pod,
    revision: life.revision ?? null,
    images: life.images.slice(0, IMAGES_TOLD),
    startedAt: life.startedAt ?? null,
    readyAt: life.readyAt ?? null,
    leftAt: life.leaving === undefined || life.leaving.by === 'vanished' ? null : life.leaving.at,
    endedAt: life.endedAt ?? null,
    summary: life.summary,
  };
}

function summarise(
  lives: readonly PodLife[],
  replacements: readonly Replacement[],
  leftOut: LeftOut,
): WorkloadSummary {
  const living = lives.filter(({ leaving }) => leaving === undefined);
  const taken = replacements.filter(({ to }) => to !== null);
  const byCause: Partial<Record<ReplacementCause, number>> = {};
  for (const { cause } of taken) byCause[cause] = (byCause[cause] ?? 0) + 1;
  const restarts = sum(lives, ({ summary }) => summary.restarts);
  const shown = living.flatMap(({ summary }) => summary.kubernetesRestartCount ?? []);
  return {
    pods: lives.length,
    living: living.length,
    total: restarts + taken.length,
    restarts,
    counted: sum(lives, ({ summary }) => summary.counted),
    uncounted: sum(lives, ({ summary }) => summary.uncounted),
    replacements: taken.length,
    replacementsByCause: byCause,
    kubernetesRestartCount: shown.length === 0 ? null : sum(shown, (count) => count),
    downtimeMs: sum(lives, ({ summary }) => summary.downtimeMs),
    replacementDowntimeMs: sum(taken, ({ downtimeMs }) => downtimeMs ?? 0),
    complete:
      leftOut.pods + leftOut.restarts === 0 &&
      !leftOut.morePods &&
      lives.every(({ summary }) => summary.complete),
  };
}

/** Never more than a JSON number holds exactly: the times of a hostile record can be millennia apart. */
function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    items.reduce((total, item) => total + of(item), 0),
  );
}
