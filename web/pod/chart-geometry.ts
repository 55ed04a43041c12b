import type { PlacedRow } from './place-rows.ts';
import type { Row } from './rows.ts';

/** Where things stand in the drawing, in its own units. */
export interface Geometry {
  /** Pixels of the screen for a unit: more than 1 on a wall screen, which is looked at from afar. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axisY: number;
  /** Of each row, its middle. */
  readonly rowY: readonly number[];
  readonly barHeight: number;
  /** True where the names of rows stand over them instead of beside them. */
  readonly isNarrow: boolean;
}

const AXIS_HEIGHT = 26;
/** Room for the words on what was not recorded. */
const FOOT_HEIGHT = 20;
const MARGIN = 14;
/** Half of the last time on the axis. */
const MARGIN_RIGHT = 26;
const NARROW = 640;
const WALL_SCREEN = 1300;
const WALL_SCALE = 1.35;
const NAMES_WIDTH = 148;
const NAME_HEIGHT = 15;
const ROW_HEIGHT = {
  restarts: 38,
  status: 34,
  sandboxes: 34,
  container: 38,
  events: 28,
  runtime: 28,
} as const;

/** @param widthPx of the room for the drawing, in pixels of the screen */
export function geometryOf(rows: readonly Row[], widthPx: number): Geometry {
  const scale = widthPx > WALL_SCREEN ? WALL_SCALE : 1;
  const width = widthPx / scale;
  const isNarrow = width < NARROW;
  const rowY: number[] = [];
  let y = AXIS_HEIGHT;
  for (const { of } of rows) {
    if (isNarrow && of !== 'restarts') y += NAME_HEIGHT;
    rowY.push(y + ROW_HEIGHT[of] / 2);
    y += ROW_HEIGHT[of];
  }
  return {
    scale,
    width,
    height: y + FOOT_HEIGHT,
    left: isNarrow ? MARGIN : NAMES_WIDTH,
    right: Math.max((isNarrow ? MARGIN : NAMES_WIDTH) + 50, width - MARGIN_RIGHT),
    axisY: AXIS_HEIGHT - 8,
    rowY,
    barHeight: 22,
    isNarrow,
  };
}

/** The row of a container's lane. */
export function rowOfContainer(rows: readonly PlacedRow[], container: string): number {
  return rows.findIndex(({ row }) => row.kind === 'bars' && row.lane.container === container);
}
