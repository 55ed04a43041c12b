import { scaleUtc } from 'd3-scale';
import type { Restart, Run, Timeline } from '../contract/timeline.ts';
import { formatDuration, millisBetween } from '../time.ts';
import { FATE_COLOURS, fateOf, PALETTE } from './palette.ts';
import { sayPatterns } from './patterns.ts';
import { formatMoment, shortId, shorten } from './plain-text.ts';
import { spanOf } from './span.ts';
import { element, label, titledRect } from './svg-elements.ts';
import { wrap } from './table.ts';
import { sayOutcome, sumUp } from './text.ts';

export const WIDTH = 1040;
const PLOT_LEFT = 150;
const PLOT_RIGHT = WIDTH - 24;
const LANE_HEIGHT = 34;
const BAR_HEIGHT = 20;
export const LANES_TOP = 128;
export const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
/** An average character of 11 px text; what is a little off only ends a label early. */
export const CHARACTER_WIDTH = 6.7;
/** Colours on which dark text could not be read. */
const DARK_GROUNDS: ReadonlySet<string> = new Set([PALETTE.running, PALETTE.sandbox, PALETTE.failed]);
/** A report shows the first of them; the JSON has all. */
const RESTARTS_LISTED = 40;

interface Plot {
  readonly x: (time: string) => number;
  /** Where bars of what still goes on end. */
  readonly end: string;
}

interface Bar {
  readonly from: string | null;
  readonly to: string | null;
  readonly colour: string;
  readonly text: string;
  readonly title: string;
}

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
    const plot: Plot = { x: (time) => scale(Date.parse(time)), end: new Date(ends[1]).toISOString() };
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

function lanesOf(timeline: Timeline): { name: string; bars: Bar[]; container?: string }[] {
  const lanes: { name: string; bars: Bar[]; container?: string }[] = [];
  const { phases, sandboxes, runs, pod } = timeline;
  if (phases.length > 0) {
    const bars = phases.map(({ at, status, ready, restarts }, index): Bar => {
      const text = `${status} ${ready}`;
      return {
        from: at,
        to: phases[index + 1]?.at ?? pod.deletedAt,
        colour: PALETTE.line,
        text,
        title: `kubectl showed ${text}, RESTARTS ${restarts}, from ${formatMoment(at)}`,
      };
    });
    lanes.push({ name: 'kubectl', bars });
  }
  if (sandboxes.length > 0) {
    const bars = sandboxes.map(({ id, createdAt, finishedAt, endedBy }): Bar => {
      const title = `sandbox ${shortId(id)}${endedBy === null ? '' : `, ended by ${endedBy}`}`;
      return {
        from: createdAt ?? pod.createdAt,
        to: finishedAt,
        colour: PALETTE.sandbox,
        text: shortId(id),
        title,
      };
    });
    lanes.push({ name: 'sandbox', bars });
  }
  for (const container of new Set(runs.map((run) => run.container))) {
    const own = runs.filter((run) => run.container === container);
    const kind = own[0]?.kind ?? 'app';
    lanes.push({
      name: kind === 'app' ? container : `${container} (${kind})`,
      container,
      bars: own.map(barOfRun),
    });
  }
  return lanes;
}

function barOfRun(run: Run): Bar {
  const outcome = sayOutcome(run);
  return {
    from: run.startedAt ?? run.createdAt,
    to: run.finishedAt,
    colour: FATE_COLOURS[fateOf(run)],
    text: `${shortId(run.containerId)}${outcome === '-' ? '' : ` · ${outcome}`}`,
    title: `${run.container} ${shortId(run.containerId)}: started ${run.startedAt ?? 'unseen'}, finished ${run.finishedAt ?? 'not'}, ${outcome}`,
  };
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

function drawLanes(lanes: ReturnType<typeof lanesOf>, plot: Plot): string[] {
  return lanes.flatMap(({ name, bars }, index) => {
    const top = LANES_TOP + index * LANE_HEIGHT;
    const parts = [label(24, top + 18, shorten(name, 19), { 'font-weight': 600 })];
    let drawnTo = Number.NEGATIVE_INFINITY;
    for (const bar of bars) {
      if (bar.from === null) continue;
      const x = plot.x(bar.from);
      const width = Math.max(1, plot.x(bar.to ?? plot.end) - x);
      // Of runs shorter than a pixel one is drawn, or a long crash loop would weigh megabytes and show no more.
      if (width <= 1 && x < drawnTo) continue;
      drawnTo = x + width;
      parts.push(
        titledRect(bar.title, {
          x,
          y: top + 4,
          width: Math.max(1, width - 1),
          height: BAR_HEIGHT,
          rx: 2,
          fill: bar.colour,
        }),
      );
      const room = Math.floor((width - 10) / CHARACTER_WIDTH);
      if (room >= 6) {
        const fill = DARK_GROUNDS.has(bar.colour) ? PALETTE.ground : PALETTE.ink;
        parts.push(label(x + 5, top + 18, shorten(bar.text, room), { fill }));
      }
    }
    return parts;
  });
}

function drawGaps(timeline: Timeline, plot: Plot, lanesBottom: number): string[] {
  return timeline.gaps.map(({ source, from, to, reason }) => {
    const x = Math.max(PLOT_LEFT, from === null ? PLOT_LEFT : plot.x(from));
    const right = Math.min(PLOT_RIGHT, plot.x(to ?? plot.end));
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

function markRestarts(
  { restarts, summary }: Timeline,
  lanes: ReturnType<typeof lanesOf>,
  plot: Plot,
): string[] {
  return restarts.slice(0, RESTARTS_LISTED).flatMap((restart, index) => {
    const lane = lanes.findIndex(({ container }) => container === restart.container);
    if (restart.at === null || lane < 0) return [];
    const missed = isMissed(restart, summary);
    const x = plot.x(restart.at);
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

/** Whether Kubernetes should have counted the restart and did not; a container of Docker alone has none to count it. */
function isMissed({ counted }: Restart, { kubernetesRestartCount }: Timeline['summary']): boolean {
  return !counted && kubernetesRestartCount !== null;
}

function legend(y: number): string {
  const entries: readonly [string, string][] = [
    ['running', FATE_COLOURS.running],
    ['exit 0', FATE_COLOURS.completed],
    ['failed', FATE_COLOURS.failed],
    ['ended by a signal', FATE_COLOURS.killed],
    ['end unknown', FATE_COLOURS.unknown],
    ['sandbox', PALETTE.sandbox],
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
