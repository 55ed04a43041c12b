import type { Gap } from '../../timeline/contract/timeline.ts';
import type {
  Replacement,
  ReplacementCause,
  Rollout,
  WorkloadPod,
  WorkloadRestart,
  WorkloadTimeline,
} from '../../timeline/contract/workload-timeline.ts';
import { type PodState, stretchesOf } from '../../timeline/render/workload-stretches.ts';
import type { TimeScale } from '../chart/time-scale.ts';

/** How a lane is laid out, in pixels. */
export interface LaneShape {
  readonly height: number;
  /** Of its bar, from its top. */
  readonly middle: number;
}

/** Marks nearer than this, in pixels, cover one another: of counted ones one is drawn. */
const NEAREST_MARKS = 4;

export interface LaneBar {
  readonly x: number;
  readonly width: number;
  readonly state: PodState;
}

export interface LaneMark {
  readonly x: number;
  readonly restart: WorkloadRestart;
}

export interface Lane {
  readonly pod: WorkloadPod;
  /** The middle of its bar, in pixels from the top of the first lane. */
  readonly y: number;
  readonly bars: readonly LaneBar[];
  readonly marks: readonly LaneMark[];
}

/** From the end of a pod to the birth of the one that took its place, or to nowhere. */
export interface Joint {
  readonly replacement: Replacement;
  readonly cause: ReplacementCause;
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number } | undefined;
}

export interface DeployLine {
  readonly x: number;
  readonly rollout: Rollout;
}

export interface GapBand {
  readonly x: number;
  readonly width: number;
  readonly gap: Gap;
}

export interface WorkloadPlot {
  readonly lanes: readonly Lane[];
  readonly joints: readonly Joint[];
  readonly deploys: readonly DeployLine[];
  readonly gaps: readonly GapBand[];
  readonly height: number;
}

/** Where everything of a workload's account lies: a lane for each pod, oldest first. What is outside is left out. */
export function plotWorkload(account: WorkloadTimeline, scale: TimeScale, shape: LaneShape): WorkloadPlot {
  const restartsOf = Map.groupBy(account.restarts, ({ pod }) => pod);
  const lanes = account.pods.map(
    (pod, index): Lane => ({
      pod,
      y: index * shape.height + shape.middle,
      bars: barsOf(pod, scale),
      marks: marksOf(restartsOf.get(pod.pod.uid) ?? [], scale),
    }),
  );
  return {
    lanes,
    joints: jointsOf(account, lanes, scale),
    deploys: account.rollouts
      .filter(({ at }) => isInside(at, scale))
      .map((rollout) => ({ x: scale.x(Date.parse(rollout.at)), rollout })),
    gaps: account.gaps.flatMap((gap) => {
      const band = between(gap.from, gap.to, scale);
      return band === undefined ? [] : [{ ...band, gap }];
    }),
    height: lanes.length * shape.height,
  };
}

function barsOf(pod: WorkloadPod, scale: TimeScale): readonly LaneBar[] {
  return stretchesOf(pod).flatMap(({ from, to, state }) => {
    const bar = between(from, to, scale);
    return bar === undefined ? [] : [{ ...bar, state }];
  });
}

/** A stretch of time in pixels, at least wide enough to be seen; undefined if it is not within the span. */
function between(
  from: string | null,
  to: string | null,
  scale: TimeScale,
): { readonly x: number; readonly width: number } | undefined {
  const fromMs = from === null ? scale.span.fromMs : Date.parse(from);
  const toMs = to === null ? scale.span.toMs : Date.parse(to);
  if (toMs < scale.span.fromMs || fromMs > scale.span.toMs || toMs < fromMs) return undefined;
  const x = scale.x(fromMs);
  return { x, width: Math.max(1.5, scale.x(toMs) - x) };
}

function marksOf(restarts: readonly WorkloadRestart[], scale: TimeScale): readonly LaneMark[] {
  let drawnTo = Number.NEGATIVE_INFINITY;
  return restarts.flatMap((restart) => {
    if (restart.at === null || !isInside(restart.at, scale)) return [];
    const x = scale.x(Date.parse(restart.at));
    if (restart.counted && x - drawnTo < NEAREST_MARKS) return [];
    drawnTo = x;
    return [{ x, restart }];
  });
}

function jointsOf(
  { replacements }: WorkloadTimeline,
  lanes: readonly Lane[],
  scale: TimeScale,
): readonly Joint[] {
  const byUid = new Map(lanes.map((lane) => [lane.pod.pod.uid, lane]));
  return replacements.flatMap((replacement): Joint[] => {
    const old = byUid.get(replacement.from);
    const left = replacement.at ?? old?.pod.endedAt ?? old?.pod.pod.deletedAt ?? null;
    if (old === undefined || left === null) return [];
    const next = replacement.to === null ? undefined : byUid.get(replacement.to);
    const born = next?.pod.pod.createdAt ?? null;
    if (!isInside(left, scale) && (born === null || !isInside(born, scale))) return [];
    return [
      {
        replacement,
        cause: replacement.cause,
        from: { x: scale.x(Date.parse(left)), y: old.y },
        to: next === undefined || born === null ? undefined : { x: scale.x(Date.parse(born)), y: next.y },
      },
    ];
  });
}

function isInside(time: string, { span }: TimeScale): boolean {
  const atMs = Date.parse(time);
  return atMs >= span.fromMs && atMs <= span.toMs;
}
