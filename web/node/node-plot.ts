import type { Incident, NodeRestart, NodeTimeline } from '../../timeline/contract/incident.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import type { TimeScale } from '../chart/time-scale.ts';

/** Incidents nearer than this, in pixels, cover one another and are put into rows. */
const ROOM = 6;
const ROWS = 6;
const NEAREST_MARKS = 4;

export interface IncidentBand {
  readonly incident: Incident;
  /** Its place in the account's list. */
  readonly index: number;
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

export interface RestartMark {
  readonly restart: NodeRestart;
  readonly x: number;
}

export interface NodePlot {
  readonly bands: readonly IncidentBand[];
  readonly rows: number;
  readonly marks: readonly RestartMark[];
}

/** From the first to the last moment that an account of a node names; undefined if it names none. */
export function spanOfNode({ incidents, restarts }: NodeTimeline): Span | undefined {
  const times = [
    ...incidents.flatMap(({ from, to }) => [from, to]),
    ...restarts.flatMap(({ at }) => (at === null ? [] : [at])),
  ].map((time) => Date.parse(time));
  if (times.length === 0) return undefined;
  const fromMs = times.reduce((a, b) => Math.min(a, b));
  const toMs = times.reduce((a, b) => Math.max(a, b));
  const room = Math.max(1000, (toMs - fromMs) * 0.02);
  return { fromMs: Math.floor(fromMs - room), toMs: Math.ceil(toMs + room) };
}

/** Where incidents and the other restarts lie; incidents that would cover one another stand in rows. */
export function plotNode({ incidents, restarts }: NodeTimeline, scale: TimeScale): NodePlot {
  const ends: number[] = [];
  const bands = incidents.flatMap((incident, index): IncidentBand[] => {
    const [fromMs, toMs] = [Date.parse(incident.from), Date.parse(incident.to)];
    if (toMs < scale.span.fromMs || fromMs > scale.span.toMs) return [];
    const x = scale.x(fromMs);
    const width = Math.max(4, scale.x(toMs) - x);
    const free = ends.findIndex((end) => end + ROOM <= x);
    const row = free >= 0 ? free : Math.min(ends.length, ROWS - 1);
    ends[row] = Math.max(ends[row] ?? 0, x + width);
    return [{ incident, index, x, width, row }];
  });
  return { bands, rows: ends.length, marks: marksOf(restarts, scale) };
}

/** Of counted restarts that would cover one another one is drawn. */
function marksOf(restarts: readonly NodeRestart[], scale: TimeScale): readonly RestartMark[] {
  let drawnTo = Number.NEGATIVE_INFINITY;
  return restarts.flatMap((restart): RestartMark[] => {
    if (restart.at === null) return [];
    const atMs = Date.parse(restart.at);
    if (atMs < scale.span.fromMs || atMs > scale.span.toMs) return [];
    const x = scale.x(atMs);
    if (restart.counted && x - drawnTo < NEAREST_MARKS) return [];
    drawnTo = x;
    return [{ restart, x }];
  });
}
