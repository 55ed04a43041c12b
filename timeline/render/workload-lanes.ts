import type { Timestamp } from '../contract/primitives.ts';
import type {
  Replacement,
  WorkloadPod,
  WorkloadRestart,
  WorkloadTimeline,
} from '../contract/workload-timeline.ts';
import { PALETTE } from './palette.ts';
import { formatMoment, shorten } from './plain-text.ts';
import { element, escapeXml, label, titledRect } from './svg-elements.ts';
import { badgeOf, replacementColour } from './workload-palette.ts';
import { STATE_COLOURS, STATE_WORDS, stretchesOf } from './workload-stretches.ts';

export const LANE_HEIGHT = 24;
const BAR_HEIGHT = 12;

export interface LanePlot {
  readonly x: (time: Timestamp) => number;
  readonly top: number;
  /** What is earlier is not drawn. */
  readonly from: Timestamp;
  /** Where bars of what still goes on end. */
  readonly right: number;
}

/** A pod as a bar from its birth to its end, with a mark for each restart of a container. */
export function drawLane(
  pod: WorkloadPod,
  lane: number,
  restarts: readonly WorkloadRestart[],
  plot: LanePlot,
): string {
  const middle = middleOf(lane, plot);
  const parts = [label(24, middle + 4, shorten(pod.pod.name, 32))];
  for (const { from, to, state } of stretchesOf(pod)) {
    const x = from === null ? plot.x(plot.from) : plot.x(from);
    const right = to === null ? plot.right : plot.x(to);
    if (right < x) continue;
    parts.push(
      titledRect(
        `${pod.pod.name} ${STATE_WORDS[state]}${from === null ? '' : ` from ${formatMoment(from)}`}`,
        {
          x,
          y: middle - BAR_HEIGHT / 2,
          width: Math.max(1.5, right - x),
          height: BAR_HEIGHT,
          fill: STATE_COLOURS[state],
        },
      ),
    );
  }
  return [...parts, ...drawMarks(restarts, middle, plot)].join('\n');
}

function drawMarks(restarts: readonly WorkloadRestart[], middle: number, plot: LanePlot): string[] {
  let drawnTo = Number.NEGATIVE_INFINITY;
  return restarts.flatMap(({ at, container, cause, counted }) => {
    if (at === null) return [];
    const x = plot.x(at);
    // Of marks that cover one another one is drawn, or a long crash loop would weigh megabytes and show no more.
    if (counted && x - drawnTo < 3) return [];
    drawnTo = x;
    const text = `${container} restarted: ${cause}${counted ? '' : ', NOT counted by Kubernetes'}, ${formatMoment(at)}`;
    const ring = { stroke: PALETTE.ground, 'stroke-width': 1 };
    const shape = counted
      ? element(
          'circle',
          { cx: x, cy: middle, r: 4, fill: PALETTE.counted, ...ring },
          element('title', {}, escapeXml(text)),
        )
      : element(
          'path',
          { d: `M${x} ${middle - 6}l6 6l-6 6l-6 -6Z`, fill: PALETTE.uncounted, ...ring },
          element('title', {}, escapeXml(text)),
        );
    return [shape];
  });
}

/** Joins each pod to the one that took its place, with the number under which the end is told below. */
export function drawJoints(
  { replacements, pods }: WorkloadTimeline,
  lanes: ReadonlyMap<string, number>,
  numbers: ReadonlyMap<Replacement, number>,
  plot: LanePlot,
): string[] {
  const byUid = new Map(pods.map((pod) => [pod.pod.uid, pod]));
  return replacements.flatMap((replacement) => {
    const { from, to, at, cause } = replacement;
    const [lane, old] = [lanes.get(from), byUid.get(from)];
    const left = at ?? old?.pod.deletedAt ?? null;
    if (lane === undefined || left === null) return [];
    const [x, y] = [plot.x(left), middleOf(lane, plot)];
    const nextLane = to === null ? undefined : lanes.get(to);
    const born = to === null ? undefined : byUid.get(to)?.pod.createdAt;
    const number = numbers.get(replacement);
    const line =
      nextLane === undefined || born === undefined || born === null
        ? []
        : [joint({ x, y }, { x: plot.x(born), y: middleOf(nextLane, plot) }, replacementColour(cause))];
    return [...line, ...(number === undefined ? [] : [badgeOf(x, y, number, cause)])];
  });
}

function joint(a: { x: number; y: number }, b: { x: number; y: number }, colour: string): string {
  const down = (b.y - a.y) / 2;
  return element('path', {
    d: `M${a.x} ${a.y}C${a.x} ${a.y + down} ${b.x} ${b.y - down} ${b.x} ${b.y}`.replaceAll(
      /\d+\.\d{3,}/g,
      (digits) => Number(digits).toFixed(2),
    ),
    fill: 'none',
    stroke: colour,
    'stroke-width': 1.5,
  });
}

function middleOf(lane: number, { top }: LanePlot): number {
  return top + lane * LANE_HEIGHT + LANE_HEIGHT / 2;
}
