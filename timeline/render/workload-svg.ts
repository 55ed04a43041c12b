import { scaleUtc } from 'd3-scale';
import type { Timestamp } from '../contract/primitives.ts';
import type { WorkloadTimeline } from '../contract/workload-timeline.ts';
import { compareTimes, earliest, latest, millisBetween } from '../time.ts';
import { PALETTE } from './palette.ts';
import { formatMoment, shorten } from './plain-text.ts';
import { CHARACTER_WIDTH } from './character-width.ts';
import { axis, FONT, LANES_TOP, WIDTH } from './svg.ts';
import { element, label, titledRect } from './svg-elements.ts';
import { wrap } from './table.ts';
import { drawJoints, drawLane, LANE_HEIGHT, type LanePlot } from './workload-lanes.ts';
import { badgeOf, replacementColour } from './workload-palette.ts';
import { type PodState, STATE_COLOURS, STATE_WORDS } from './workload-stretches.ts';
import { sumUpWorkload } from './workload-text.ts';

const PLOT_LEFT = 240;
const PLOT_RIGHT = WIDTH - 24;
/** A picture shows the newest of them; the JSON has more. */
const PODS_DRAWN = 60;
const REPLACEMENTS_LISTED = 40;

/**
 * The account of a workload as one SVG picture for a report: a lane for each pod, the newest lowest, each joined to the
 * one that took its place; rollouts as vertical lines; restarts of containers as marks on the lanes. Stands alone: no
 * script, no style sheet, no font and nothing to fetch; foreign text is escaped.
 */
export function renderWorkloadSvg(account: WorkloadTimeline): string {
  const pods = account.pods.slice(-PODS_DRAWN);
  const drawn = new Map(pods.map(({ pod }, index) => [pod.uid, index]));
  const shown = account.replacements.filter(({ from }) => drawn.has(from));
  const listed = shown.slice(-REPLACEMENTS_LISTED);
  const numbers = new Map(listed.map((replacement, index) => [replacement, index + 1]));
  const lanesBottom = LANES_TOP + pods.length * LANE_HEIGHT;
  const told = tellReplacements(account, listed, shown.length - listed.length, lanesBottom + 38);
  const parts = [
    element('rect', { width: WIDTH, height: told.bottom, fill: PALETTE.ground }),
    heading(account, account.pods.length - pods.length),
  ];
  const span = spanOf(account);
  if (span !== undefined) {
    const room = Math.max(1000, millisBetween(span.from, span.to) * 0.02);
    const ends = [Date.parse(span.from), Date.parse(span.to) + room] as const;
    const scale = scaleUtc(ends, [PLOT_LEFT, PLOT_RIGHT]);
    const x = (time: Timestamp) => Math.min(PLOT_RIGHT, Math.max(PLOT_LEFT, scale(Date.parse(time))));
    const plot: LanePlot = { x, top: LANES_TOP, from: span.from, right: PLOT_RIGHT };
    parts.push(
      axis(scale, lanesBottom),
      ...drawGaps(account, plot, lanesBottom),
      ...drawRollouts(account, plot, lanesBottom),
      ...pods.map((pod, lane) =>
        drawLane(
          pod,
          lane,
          account.restarts.filter((restart) => restart.pod === pod.pod.uid),
          plot,
        ),
      ),
      ...drawJoints(account, drawn, numbers, plot),
    );
  }
  parts.push(legend(lanesBottom + 20), told.markup);
  const { workload, namespace, cluster } = account;
  const title = `Timeline of ${workload.kind} ${namespace}/${workload.name} on cluster ${cluster}`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${told.bottom}`,
      width: WIDTH,
      height: told.bottom,
      'font-family': FONT,
      'font-size': 11,
      fill: PALETTE.ink,
      role: 'img',
      'aria-label': title,
    },
    parts.join('\n'),
  );
}

/** From the first to the last moment that the account names. */
function spanOf({ pods, restarts }: WorkloadTimeline): { from: Timestamp; to: Timestamp } | undefined {
  let from: Timestamp | undefined;
  let to: Timestamp | undefined;
  const include = (...times: readonly (Timestamp | null)[]) => {
    for (const time of times) {
      from = earliest(from, time ?? undefined);
      to = latest(to, time ?? undefined);
    }
  };
  for (const { pod, startedAt, readyAt, leftAt, endedAt } of pods.slice(-PODS_DRAWN))
    include(pod.createdAt, startedAt, readyAt, leftAt, endedAt, pod.deletedAt);
  const drawn = new Set(pods.slice(-PODS_DRAWN).map(({ pod }) => pod.uid));
  for (const { at, pod } of restarts) if (drawn.has(pod)) include(at);
  return from === undefined || to === undefined ? undefined : { from, to };
}

function heading(
  { namespace, workload, cluster, summary, leftOut }: WorkloadTimeline,
  undrawn: number,
): string {
  const earlier = undrawn + leftOut.pods;
  const note =
    earlier > 0 || leftOut.morePods
      ? ` · ${earlier}${leftOut.morePods ? ' or more' : ''} earlier pods not drawn`
      : '';
  const [summing = '', ...more] = wrap(sumUpWorkload(summary), 140, '');
  return [
    label(24, 34, shorten(`${namespace} · ${workload.kind}/${workload.name}`, 90), {
      'font-size': 18,
      'font-weight': 600,
    }),
    label(
      24,
      54,
      `cluster ${cluster} · ${summary.living} of ${summary.pods} pods living · times in UTC${note}`,
      {
        fill: PALETTE.quiet,
        'font-size': 12,
      },
    ),
    label(24, 72, summing, { 'font-size': 12, 'font-weight': 600 }),
    ...more.slice(0, 1).map((line) => label(24, 87, line, { 'font-size': 12, 'font-weight': 600 })),
  ].join('\n');
}

function drawRollouts({ rollouts }: WorkloadTimeline, plot: LanePlot, lanesBottom: number): string[] {
  let labelledTo = Number.NEGATIVE_INFINITY;
  return rollouts
    .filter(({ at }) => compareTimes(at, plot.from) >= 0)
    .flatMap(({ at, from, to }) => {
      const x = plot.x(at);
      const line = element('line', {
        x1: x,
        x2: x,
        y1: LANES_TOP - 8,
        y2: lanesBottom,
        stroke: replacementColour('rollout'),
        'stroke-width': 1.5,
        'stroke-dasharray': '5 3',
      });
      const text = shorten(`${from} → ${to}`, 40);
      const width = text.length * CHARACTER_WIDTH;
      const left = Math.min(x + 4, PLOT_RIGHT - width);
      if (left < labelledTo) return [line];
      labelledTo = left + width;
      return [
        line,
        label(left, LANES_TOP - 11, text, { fill: replacementColour('rollout'), 'font-weight': 600 }),
      ];
    });
}

function drawGaps({ gaps }: WorkloadTimeline, plot: LanePlot, lanesBottom: number): string[] {
  return gaps.map(({ source, from, to, reason }) => {
    const x = from === null ? PLOT_LEFT : plot.x(from);
    return titledRect(`${source} not recorded: ${reason}`, {
      x,
      y: LANES_TOP - 8,
      width: Math.max(2, (to === null ? PLOT_RIGHT : plot.x(to)) - x),
      height: lanesBottom - LANES_TOP + 8,
      fill: PALETTE.unknown,
      'fill-opacity': 0.12,
      stroke: PALETTE.unknown,
      'stroke-dasharray': '3 3',
    });
  });
}

function legend(y: number): string {
  const states: readonly PodState[] = ['waiting', 'running', 'leaving', 'ended'];
  let x = PLOT_LEFT;
  const parts: string[] = [];
  const next = (text: string) => {
    parts.push(label(x + 14, y, text, { fill: PALETTE.quiet }));
    x += 14 + text.length * CHARACTER_WIDTH + 18;
  };
  for (const state of states) {
    parts.push(element('rect', { x, y: y - 9, width: 10, height: 10, rx: 2, fill: STATE_COLOURS[state] }));
    next(STATE_WORDS[state]);
  }
  parts.push(element('circle', { cx: x + 5, cy: y - 4, r: 3.5, fill: PALETTE.counted }));
  next('container restarted');
  parts.push(element('path', { d: `M${x + 5} ${y - 9}l5 5l-5 5l-5 -5Z`, fill: PALETTE.uncounted }));
  next('restart that Kubernetes did not count');
  return parts.join('\n');
}

function tellReplacements(
  { pods }: WorkloadTimeline,
  listed: WorkloadTimeline['replacements'],
  more: number,
  top: number,
): { markup: string; bottom: number } {
  const names = new Map(pods.map(({ pod }) => [pod.uid, pod.name]));
  let y = top + 14;
  const parts: string[] = [];
  if (more > 0) {
    parts.push(label(56, y, `${more} earlier ones: see the JSON timeline`, { fill: PALETTE.quiet }));
    y += 22;
  }
  for (const [index, replacement] of listed.entries()) {
    const { at, from, to, cause, explanation } = replacement;
    const when = at === null ? 'at a time not seen' : formatMoment(at);
    const next = to === null ? 'nothing in its place' : shorten(names.get(to) ?? to, 50);
    parts.push(badgeOf(36, y - 4, index + 1, cause));
    parts.push(
      label(56, y, `${when} · ${cause} · ${shorten(names.get(from) ?? from, 50)} → ${next}`, {
        'font-size': 12,
        'font-weight': 600,
      }),
    );
    for (const line of wrap(explanation, 150, '')) {
      y += 16;
      parts.push(label(56, y, line, { fill: PALETTE.quiet }));
    }
    y += 26;
  }
  return { markup: parts.join('\n'), bottom: y };
}
