import { scaleUtc } from 'd3-scale';
import type { Timeline } from '../contract/timeline.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { CHARACTER_WIDTH } from './character-width.ts';
import { FATE_COLOURS, PALETTE } from './palette.ts';
import { sayPatterns } from './patterns.ts';
import { placeBars, type Plot, titleOf, toneOf } from './place-bars.ts';
import { formatMoment, shorten } from './plain-text.ts';
import { type BarTone, isMissed, lanesOf, type PodLane } from './pod-lanes.ts';
import { spanOf } from './span.ts';
import { element, label, titledRect } from './svg-elements.ts';
import { wrap } from './table.ts';
import { sumUp } from './text.ts';

export const WIDTH = 1040;
const PLOT_LEFT = 150;
const PLOT_RIGHT = WIDTH - 24;
const LANE_HEIGHT = 34;
const BAR_HEIGHT = 20;
export const LANES_TOP = 128;
export const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
/** Colours on which dark text could not be read. */
const DARK_GROUNDS: ReadonlySet<string> = new Set([PALETTE.running, PALETTE.sandbox, PALETTE.failed]);
/** A report shows the first of them; the JSON has all. */
const RESTARTS_LISTED = 40;

/** What waits for the back-off to pass is hatched: told apart without colour. */
const BACK_OFF_PATTERN = element(
  'defs',
  {},
  element(
    'pattern',
    { id: 'back-off', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 6, height: 6, fill: PALETTE.lane }) +
      element('rect', { width: 2, height: 6, fill: PALETTE.unknown }),
  ),
);

const TONE_COLOURS: Readonly<Record<BarTone, string>> = {
  ...FATE_COLOURS,
  sandbox: PALETTE.sandbox,
  ready: PALETTE.ready,
  unready: PALETTE.line,
  'back-off': 'url(#back-off)',
};

/**
 * A timeline as one SVG picture for a report: a lane for what kubectl showed, one for the sandboxes, one a container,
 * on a true time axis in UTC, each restart numbered and told below. Stands alone: no script, no style sheet, no font
 * and nothing to fetch; foreign text is escaped.
 */
export function renderSvg(timeline: Timeline): string {
  const span = spanOf(timeline);
  const lanes = lanesOf(timeline);
  const lanesBottom = LANES_TOP + lanes.length * LANE_HEIGHT;
  const repeated = tellPatterns(timeline, lanesBottom + 34);
  const told = tellRestarts(timeline, repeated.bottom);
  const parts = [
    BACK_OFF_PATTERN,
    element('rect', { width: WIDTH, height: told.bottom, fill: PALETTE.ground }),
    heading(timeline),
  ];
  if (span !== undefined) {
    const room = Math.max(1000, millisBetween(span.from, span.to) * 0.02);
    const ends = [
      Date.parse(span.from),
      Date.parse(span.to) + (timeline.pod.deletedAt === null ? room : room / 4),
    ] as const;
    const scale = scaleUtc(ends, [PLOT_LEFT, PLOT_RIGHT]);
    const plot: Plot = { x: scale, left: PLOT_LEFT, right: PLOT_RIGHT };
    parts.push(axis(scale, lanesBottom), ...drawLanes(lanes, plot), ...drawGaps(timeline, plot, lanesBottom));
    parts.push(...markRestarts(timeline, lanes, plot));
  }
  parts.push(legend(lanesBottom + 16), repeated.markup, told.markup);
  const { pod } = timeline;
  const title = `Restart timeline of pod ${pod.namespace}/${pod.name} on cluster ${pod.cluster}`;
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

function heading({ pod, summary }: Timeline): string {
  const node = pod.node === null ? '' : ` · node ${shorten(pod.node, 40)}`;
  const detail = `cluster ${pod.cluster} · ${shorten(`${pod.workload.kind}/${pod.workload.name}`, 60)}${node} · times in UTC`;
  return [
    label(24, 34, shorten(`${pod.namespace}/${pod.name}`, 90), { 'font-size': 18, 'font-weight': 600 }),
    label(24, 54, detail, { fill: PALETTE.quiet, 'font-size': 12 }),
    label(24, 78, sumUp(summary), { 'font-size': 13, 'font-weight': 600 }),
  ].join('\n');
}

/** The hours (or days, or seconds) over the lanes, each with a line down to their bottom. */
export function axis(scale: ReturnType<typeof scaleUtc<number, number>>, lanesBottom: number): string {
  const format = scale.tickFormat();
  const clock = (time: Date) => {
    const text = time.toISOString();
    return text.endsWith('T00:00:00.000Z')
      ? text.slice(5, 10)
      : text.slice(11, text.endsWith(':00.000Z') ? 16 : 19);
  };
  return scale
    .ticks(9)
    .map((time) => {
      const x = scale(time);
      const text = time.getUTCMilliseconds() === 0 ? clock(time) : format(time);
      return [
        element('line', { x1: x, x2: x, y1: LANES_TOP - 8, y2: lanesBottom, stroke: PALETTE.line }),
        label(x, LANES_TOP - 26, text, { 'text-anchor': 'middle', fill: PALETTE.quiet }),
      ].join('\n');
    })
    .join('\n');
}

function drawLanes(lanes: readonly PodLane[], plot: Plot): string[] {
  return lanes.flatMap(({ name, bars, waits }, index) => {
    const top = LANES_TOP + index * LANE_HEIGHT;
    const parts = [label(24, top + 18, shorten(name, 19), { 'font-weight': 600 })];
    for (const placed of [...placeBars(waits, plot), ...placeBars(bars, plot)]) {
      const { x, width, bars: drawn } = placed;
      const colour = TONE_COLOURS[toneOf(placed)];
      parts.push(
        titledRect(titleOf(placed), {
          x,
          y: top + 4,
          width: Math.max(1, width - 1),
          height: BAR_HEIGHT,
          rx: 2,
          fill: colour,
        }),
      );
      const room = Math.floor((width - 10) / CHARACTER_WIDTH);
      const text = drawn.length === 1 ? drawn[0]?.text : `${drawn.length} runs`;
      if (room >= 6 && text !== undefined && drawn[0]?.tone !== 'back-off') {
        const fill = DARK_GROUNDS.has(colour) ? PALETTE.ground : PALETTE.ink;
        parts.push(label(x + 5, top + 18, shorten(text, room), { fill }));
      }
    }
    return parts;
  });
}

function drawGaps(timeline: Timeline, plot: Plot, lanesBottom: number): string[] {
  return timeline.gaps.map(({ source, from, to, reason }) => {
    const x = Math.max(PLOT_LEFT, from === null ? PLOT_LEFT : plot.x(Date.parse(from)));
    const right = Math.min(PLOT_RIGHT, to === null ? PLOT_RIGHT : plot.x(Date.parse(to)));
    return titledRect(`${source} not recorded: ${reason}`, {
      x,
      y: LANES_TOP - 8,
      width: Math.max(2, right - x),
      height: lanesBottom - LANES_TOP + 8,
      fill: PALETTE.unknown,
      'fill-opacity': 0.18,
      stroke: PALETTE.unknown,
      'stroke-dasharray': '3 3',
    });
  });
}

function markRestarts({ restarts, summary }: Timeline, lanes: readonly PodLane[], plot: Plot): string[] {
  return restarts.slice(0, RESTARTS_LISTED).flatMap((restart, index) => {
    const lane = lanes.findIndex(({ container }) => container === restart.container);
    if (restart.at === null || lane < 0) return [];
    const missed = isMissed(restart, summary);
    const x = plot.x(Date.parse(restart.at));
    const y = LANES_TOP - 12;
    const laneBottom = LANES_TOP + lane * LANE_HEIGHT + LANE_HEIGHT - 4;
    return [
      element('line', {
        x1: x,
        x2: x,
        y1: y,
        y2: laneBottom,
        stroke: missed ? PALETTE.uncounted : PALETTE.counted,
        'stroke-width': 1.5,
      }),
      badge(x, y, index + 1, missed),
    ];
  });
}

/** A counted restart is a round badge, a missed one an orange diamond: told apart by shape as well. */
function badge(x: number, y: number, number: number, missed: boolean): string {
  const shape = missed
    ? element('path', {
        d: `M${x} ${y - 11}L${x + 11} ${y}L${x} ${y + 11}L${x - 11} ${y}Z`,
        fill: PALETTE.uncounted,
      })
    : element('circle', { cx: x, cy: y, r: 8, fill: PALETTE.counted });
  return `${shape}${label(x, y + 4, String(number), { 'text-anchor': 'middle', fill: PALETTE.ground, 'font-weight': 700, 'font-size': 10 })}`;
}

function legend(y: number): string {
  const entries: readonly [string, string][] = [
    ['running', FATE_COLOURS.running],
    ['exit 0', FATE_COLOURS.completed],
    ['failed', FATE_COLOURS.failed],
    ['ended by a signal', FATE_COLOURS.killed],
    ['end unknown', FATE_COLOURS.unknown],
    ['sandbox', PALETTE.sandbox],
    ['back-off', TONE_COLOURS['back-off']],
  ];
  let x = PLOT_LEFT;
  const parts: string[] = [];
  for (const [text, colour] of entries) {
    parts.push(element('rect', { x, y: y - 9, width: 10, height: 10, rx: 2, fill: colour }));
    parts.push(label(x + 14, y, text, { fill: PALETTE.quiet }));
    x += 14 + text.length * CHARACTER_WIDTH + 18;
  }
  return parts.join('\n');
}

function tellPatterns({ patterns = [] }: Timeline, top: number): { markup: string; bottom: number } {
  if (patterns.length === 0) return { markup: '', bottom: top };
  const { lines, more } = sayPatterns(patterns);
  let y = top + 14;
  const parts: string[] = [];
  for (const { heading: title, text } of lines) {
    parts.push(label(56, y, title, { 'font-size': 12, 'font-weight': 600 }));
    for (const line of wrap(text, 150, '')) {
      y += 16;
      parts.push(label(56, y, line, { fill: PALETTE.quiet }));
    }
    y += 26;
  }
  if (more > 0) {
    parts.push(label(56, y, `and ${more} earlier ones: see the JSON timeline`, { fill: PALETTE.quiet }));
    y += 26;
  }
  return { markup: parts.join('\n'), bottom: y - 14 };
}

function tellRestarts({ restarts, summary }: Timeline, top: number): { markup: string; bottom: number } {
  let y = top + 14;
  const parts: string[] = [];
  for (const [index, restart] of restarts.slice(0, RESTARTS_LISTED).entries()) {
    const when = restart.at === null ? 'at a time not seen' : formatMoment(restart.at);
    const down = restart.downtimeMs === null ? '' : ` · down ${formatDuration(restart.downtimeMs)}`;
    const missed = isMissed(restart, summary);
    const counted = restart.counted ? ' · counted' : missed ? ' · NOT counted by Kubernetes' : '';
    parts.push(badge(36, y - 4, index + 1, missed));
    parts.push(
      label(56, y, `${when} · ${shorten(restart.container, 40)} · ${restart.cause}${counted}${down}`, {
        'font-size': 12,
        'font-weight': 600,
      }),
    );
    for (const line of wrap(restart.explanation, 150, '')) {
      y += 16;
      parts.push(label(56, y, line, { fill: PALETTE.quiet }));
    }
    y += 26;
  }
  const more = restarts.length - RESTARTS_LISTED;
  if (more > 0) {
    parts.push(label(56, y, `and ${more} more: see the JSON timeline`, { fill: PALETTE.quiet }));
    y += 20;
  }
  return { markup: parts.join('\n'), bottom: y };
}
