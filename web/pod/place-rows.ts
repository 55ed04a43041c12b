import {
  type PlacedBar,
  type Plot,
  placeBars,
  placeMarks,
  titleOf,
  toneOf,
} from '../../timeline/render/place-bars.ts';
import type { BarTone, LaneBar } from '../../timeline/render/pod-lanes.ts';
import { keyOfBar, type Mark, type MarkShape, type Row } from './rows.ts';
import type { TimeWindow } from './time-window.ts';

/** Something drawn that can be pointed at, by mouse or keys. */
export interface Item {
  /** The `select` of what it stands for; of something merged, of the first. */
  readonly key: string;
  readonly title: string;
  readonly x: number;
  readonly width: number;
  /** How many it stands for. */
  readonly count: number;
  /** From the first to the last that it stands for. */
  readonly covers: TimeWindow;
  readonly look:
    | {
        readonly kind: 'bar';
        readonly tone: BarTone;
        readonly text: string;
        readonly isOpen: boolean;
        /** How much of it went by before the run was ready. */
        readonly unreadyWidth: number;
      }
    | { readonly kind: 'mark'; readonly shape: MarkShape; readonly number: number | undefined };
}

export interface PlacedRow {
  readonly row: Row;
  /** Drawn first, under the items. */
  readonly waits: readonly Item[];
  readonly items: readonly Item[];
}

/** Marks nearer than this to each other are drawn as one, by kind of row. */
const MARK_ROOM = { restarts: 20, events: 11, runtime: 9 } as const;

/** Places what lies within the plot. `nowMs` is where that ends which still goes on. */
export function placeRows(rows: readonly Row[], plot: Plot, nowMs: number): PlacedRow[] {
  return rows.map((row) => {
    if (row.kind === 'marks') {
      const placed = placeMarks(row.marks, ({ atMs }) => atMs, plot, MARK_ROOM[row.of]);
      return { row, waits: [], items: placed.map(({ x, items }) => markItem(x, items, row.of)) };
    }
    return {
      row,
      waits: barItems(row, row.lane.waits, plot, nowMs),
      items: barItems(row, row.lane.bars, plot, nowMs),
    };
  });
}

function barItems(
  row: Extract<Row, { kind: 'bars' }>,
  bars: readonly LaneBar[],
  plot: Plot,
  nowMs: number,
): Item[] {
  return placeBars(bars, {
    ...plot,
    right: Math.min(plot.right, Math.max(plot.left, plot.x(nowMs))),
  }).flatMap((placed) => {
    const [first] = placed.bars;
    const last = placed.bars.at(-1);
    if (first === undefined || last === undefined) return [];
    const isOne = placed.bars.length === 1;
    return [
      {
        key: keyOfBar(row.of, first),
        title: titleOf(placed),
        x: placed.x,
        width: placed.width,
        count: placed.bars.length,
        covers: { fromMs: first.fromMs ?? nowMs, toMs: last.toMs ?? nowMs },
        look: {
          kind: 'bar',
          tone: toneOf(placed),
          text: isOne ? first.text : `${placed.bars.length} merged`,
          isOpen: last.toMs === null,
          unreadyWidth: isOne ? unreadyWidth(first, placed, plot) : 0,
        },
      },
    ];
  });
}

function unreadyWidth({ readyMs }: LaneBar, { x, width }: PlacedBar, plot: Plot): number {
  return readyMs === undefined ? 0 : Math.min(width, Math.max(0, plot.x(readyMs) - x));
}

/** Of marks drawn as one, the one that matters most gives the shape: what Kubernetes did not count is never hidden. */
const LOUDEST_FIRST: readonly MarkShape[] = [
  'missed',
  'warning',
  'ended',
  'began',
  'counted',
  'normal',
  'other',
];

function markItem(x: number, marks: readonly Mark[], of: keyof typeof MARK_ROOM): Item {
  const [first] = marks;
  const last = marks.at(-1);
  const shapes = new Set(marks.map(({ shape }) => shape));
  const shape = LOUDEST_FIRST.find((one) => shapes.has(one)) ?? 'other';
  return {
    key: first?.key ?? '',
    title: marks.length === 1 ? (first?.title ?? '') : titleOfMarks(marks, of),
    x,
    width: 0,
    count: marks.length,
    covers: { fromMs: first?.atMs ?? 0, toMs: last?.atMs ?? 0 },
    look: { kind: 'mark', shape, number: marks.length === 1 ? first?.number : undefined },
  };
}

/** So many are named. */
const NAMED = 4;

function titleOfMarks(marks: readonly Mark[], of: keyof typeof MARK_ROOM): string {
  if (of === 'restarts') {
    const missed = marks.filter(({ shape }) => shape === 'missed').length;
    return `${marks.length} restarts${missed === 0 ? '' : `, ${missed} NOT counted by Kubernetes`}`;
  }
  const more = marks.length - NAMED;
  const named = marks.slice(0, NAMED).map(({ title }) => title);
  return `${marks.length} events: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
