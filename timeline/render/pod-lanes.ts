import type { ContainerKind } from '../contract/primitives.ts';
import type { Restart, RestartSummary, Run, Timeline } from '../contract/timeline.ts';
import { formatDuration } from '../time.ts';
import { fateOf, type RunFate } from './palette.ts';
import { formatMoment, plainText, shortId } from './plain-text.ts';
import { sayOutcome } from './text.ts';

/** What the look of a bar says. */
export type BarTone = RunFate | 'sandbox' | 'ready' | 'unready' | 'back-off';

/** A stretch of time on a lane. */
export interface LaneBar {
  /** Milliseconds since the epoch; null if it was not seen. */
  readonly fromMs: number | null;
  /** Null while it lasts, or if its end was not seen. */
  readonly toMs: number | null;
  /** Of a run: when it was ready; absent if it never was, or that was not seen. */
  readonly readyMs?: number;
  readonly tone: BarTone;
  /** Short enough to stand on the bar. */
  readonly text: string;
  /** The facts in a sentence. */
  readonly title: string;
  /** Which of the timeline's phases, sandboxes, runs or (of a back-off) restarts it is. */
  readonly index: number;
}

export interface PodLane {
  readonly of: 'status' | 'sandboxes' | 'container';
  readonly name: string;
  /** Of a container's lane. */
  readonly container?: string;
  readonly kind?: ContainerKind;
  /** By their begin. */
  readonly bars: readonly LaneBar[];
  /** Of a container's lane: the kubelet's waits before it started the container again. */
  readonly waits: readonly LaneBar[];
}

/** The lanes of a pod's timeline, as every drawing of it has them: what kubectl showed, its sandboxes, its containers. */
export function lanesOf(timeline: Timeline): PodLane[] {
  const lanes: PodLane[] = [];
  if (timeline.phases.length > 0) {
    lanes.push({ of: 'status', name: 'kubectl', bars: statusBars(timeline), waits: [] });
  }
  if (timeline.sandboxes.length > 0) {
    lanes.push({ of: 'sandboxes', name: 'sandbox', bars: sandboxBars(timeline), waits: [] });
  }
  const runsOf = Map.groupBy(timeline.runs.entries(), ([, run]) => run.container);
  for (const [container, runs] of runsOf) {
    const kind = runs[0]?.[1].kind ?? 'app';
    lanes.push({
      of: 'container',
      name: kind === 'app' ? container : `${container} (${kind})`,
      container,
      kind,
      bars: runs.map(([index, run], place) =>
        runBar(run, index, millisOf(startOf(runs[place + 1]?.[1])), millisOf(timeline.pod.deletedAt)),
      ),
      waits: waitsOf(timeline, container),
    });
  }
  return lanes;
}

/** Whether Kubernetes should have counted the restart and did not; a container of Docker alone has none to count it. */
export function isMissed({ counted }: Restart, { kubernetesRestartCount }: RestartSummary): boolean {
  return !counted && kubernetesRestartCount !== null;
}

function statusBars({ phases, pod }: Timeline): LaneBar[] {
  return phases.map(({ at, status, ready, restarts }, index) => {
    const [readyCount, count] = ready.split('/');
    return {
      fromMs: Date.parse(at),
      toMs: millisOf(phases[index + 1]?.at ?? pod.deletedAt),
      tone: readyCount === count && readyCount !== '0' ? 'ready' : 'unready',
      text: `${status} ${ready}`,
      title: `kubectl showed ${status} ${ready}, RESTARTS ${restarts}, from ${formatMoment(at)}`,
      index,
    };
  });
}

function sandboxBars({ sandboxes, pod }: Timeline): LaneBar[] {
  return sandboxes.map(({ id, createdAt, finishedAt, endedBy }, index) => ({
    fromMs: millisOf(createdAt ?? pod.createdAt),
    toMs: millisOf(finishedAt),
    tone: 'sandbox',
    text: shortId(id),
    title: `sandbox ${shortId(id)}${endedBy === null ? '' : `, ended by ${endedBy}`}`,
    index,
  }));
}

/** A run whose end was not seen had ended by the time that the next one began, or the pod was gone. */
function runBar(run: Run, index: number, nextMs: number | null, deletedMs: number | null): LaneBar {
  const { container, containerId, startedAt, readyAt, finishedAt } = run;
  const outcome = sayOutcome(run);
  const fate = fateOf(run);
  const overMs = nextMs ?? deletedMs;
  return {
    fromMs: millisOf(startOf(run)),
    toMs: millisOf(finishedAt) ?? overMs,
    ...(readyAt === null ? {} : { readyMs: Date.parse(readyAt) }),
    tone: fate === 'running' && overMs !== null ? 'unknown' : fate,
    text: `${shortId(containerId)}${outcome === '-' ? '' : ` · ${outcome}`}`,
    title: `${container} ${shortId(containerId)}: started ${sayMoment(startedAt, 'unseen')}, finished ${sayMoment(finishedAt, 'not')}, ${outcome}`,
    index,
  };
}

/** A wait ends with the start that it held back, and does not reach back into the run before. */
function waitsOf({ restarts, runs }: Timeline, container: string): LaneBar[] {
  const finishedMs = new Map(runs.map(({ containerId, finishedAt }) => [containerId, millisOf(finishedAt)]));
  const waits: LaneBar[] = [];
  for (const [index, restart] of restarts.entries()) {
    if (restart.container !== container || restart.backoffMs === 0 || restart.at === null) continue;
    const toMs = Date.parse(restart.at);
    const fromMs = Math.max(
      toMs - restart.backoffMs,
      finishedMs.get(restart.from) ?? Number.NEGATIVE_INFINITY,
    );
    if (fromMs >= toMs) continue;
    const text = `back-off ${formatDuration(restart.backoffMs)}`;
    const title = `the kubelet waited ${formatDuration(restart.backoffMs)} before it started ${plainText(container)} again`;
    waits.push({ fromMs, toMs, tone: 'back-off', text, title, index });
  }
  return waits;
}

function sayMoment(time: string | null, otherwise: string): string {
  return time === null ? otherwise : formatMoment(time);
}

function startOf(run: Run | undefined): string | null {
  return run?.startedAt ?? run?.createdAt ?? null;
}

function millisOf(time: string | null | undefined): number | null {
  return time === null || time === undefined ? null : Date.parse(time);
}
