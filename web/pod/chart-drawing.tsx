import { CHARACTER_WIDTH } from '../../timeline/render/character-width.ts';
import { shorten } from '../../timeline/render/plain-text.ts';
import { createTimeScale } from '../chart/time-scale.ts';
import { type Geometry, rowOfContainer } from './chart-geometry.ts';
import { ChartPatterns, OVERLAYS } from './chart-patterns.tsx';
import { MarkGlyph } from './mark-glyph.tsx';
import type { Item, PlacedRow } from './place-rows.ts';
import type { Blank, Row } from './rows.ts';
import type { TimeWindow } from './time-window.ts';

export interface ChartDrawingProps {
  readonly id: string;
  readonly rows: readonly PlacedRow[];
  readonly blanks: readonly Blank[];
  readonly geometry: Geometry;
  readonly shown: TimeWindow;
  readonly x: (ms: number) => number;
  readonly nowMs: number;
  readonly containerOf: (key: string) => string | undefined;
  readonly selected: string | undefined;
  readonly active: string | undefined;
}

/** The drawing itself: axis, lanes, what was not recorded, restarts with a line down to their container. */
export function ChartDrawing(props: ChartDrawingProps) {
  const { id, rows, geometry, shown, x, nowMs, selected, active } = props;
  const { scale, width, height, left, right, axisY } = geometry;
  const { ticks } = createTimeScale(shown, left, right);
  return (
    <svg class="pod-lanes" width={width * scale} height={height * scale} viewBox={`0 0 ${width} ${height}`}>
      <ChartPatterns id={id} />
      <g class="pod-axis">
        {ticks.map((tick) => (
          <g key={tick.x}>
            <line
              x1={tick.x}
              x2={tick.x}
              y1={axisY + 6}
              y2={height}
              class={tick.strong ? 'strong' : undefined}
            />
            <text x={tick.x} y={axisY} text-anchor="middle">
              {tick.text}
            </text>
          </g>
        ))}
      </g>
      <Blanks {...props} />
      <RestartLines {...props} />
      {rows.map(({ row }, index) => (
        <RowName key={index} row={row} geometry={geometry} index={index} />
      ))}
      {rows.map((placed, index) => (
        <g key={index} class={`row ${placed.row.of}`}>
          {[...placed.waits, ...placed.items].map((item) => (
            <ItemGlyph
              key={`${item.look.kind === 'bar' ? item.look.tone : ''}${item.key}`}
              id={id}
              item={item}
              y={geometry.rowY[index] ?? 0}
              height={geometry.barHeight}
              isSelected={item.key === selected}
              isActive={item.key === active}
            />
          ))}
        </g>
      ))}
      {nowMs > shown.fromMs && nowMs < shown.toMs ? (
        <line class="now" x1={x(nowMs)} x2={x(nowMs)} y1={axisY + 6} y2={height} />
      ) : null}
    </svg>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  restarts: 'Restarts',
  status: 'Status, ready',
  sandboxes: 'Sandboxes',
  events: 'Kubernetes Events',
  runtime: 'Runtime events',
};

function RowName({
  row,
  geometry,
  index,
}: {
  readonly row: Row;
  readonly geometry: Geometry;
  readonly index: number;
}) {
  const { isNarrow, rowY, left, width, barHeight } = geometry;
  const y = rowY[index] ?? 0;
  const lane = row.kind === 'bars' ? row.lane : undefined;
  const name = lane?.container ?? NAMES[row.of] ?? row.name;
  const kind = lane?.kind === undefined || lane.kind === 'app' ? '' : ` ${lane.kind}`;
  if (isNarrow && row.of === 'restarts') return null;
  const room = Math.floor((isNarrow ? width - 20 : left - 14) / CHARACTER_WIDTH) - kind.length;
  return (
    <g class="row-name">
      <line class="rule" x1={0} x2={width} y1={y + barHeight / 2 + 7} y2={y + barHeight / 2 + 7} />
      <text x={isNarrow ? left : 4} y={isNarrow ? y - barHeight / 2 - 4 : y + 4}>
        <title>{name}</title>
        {`\u2068${shorten(name, room)}\u2069`}
        {kind === '' ? null : <tspan class="quiet">{kind}</tspan>}
      </text>
    </g>
  );
}

function Blanks({ id, blanks, geometry, x, nowMs, selected }: ChartDrawingProps) {
  const { left, right, axisY, height } = geometry;
  return (
    <>
      {blanks.map(({ fromMs, toMs, title, key }) => {
        const from = Math.max(left, fromMs === null ? left : x(fromMs));
        const to = Math.min(right, x(toMs ?? nowMs));
        if (to < left || from > right || to < from) return null;
        const wide = Math.max(3, to - from);
        return (
          <g
            key={key}
            data-key={key}
            class={`blank${key === selected ? ' selected' : ''}`}
            id={`${id}-${key}`}
          >
            <title>{title}</title>
            <rect
              x={from}
              y={axisY + 8}
              width={wide}
              height={height - axisY - 8}
              fill={`url(#${id}-blank)`}
            />
            <rect class="edge" x={from} y={axisY + 8} width={wide} height={height - axisY - 8} />
            {wide > 90 ? (
              <text x={from + 6} y={height - 7}>
                not recorded
              </text>
            ) : null}
          </g>
        );
      })}
    </>
  );
}

/** From each restart down to the lane of its container; what Kubernetes did not count, as a band that is seen first. */
function RestartLines({ rows, geometry, containerOf }: ChartDrawingProps) {
  const marks = rows.find(({ row }) => row.of === 'restarts')?.items ?? [];
  const { rowY, barHeight } = geometry;
  return (
    <g class="restart-lines">
      {marks.map((item) => {
        const container = containerOf(item.key);
        const row = container === undefined ? -1 : rowOfContainer(rows, container);
        const bottom = (rowY[row] ?? rowY.at(-1) ?? 0) + barHeight / 2;
        const isMissed = item.look.kind === 'mark' && item.look.shape === 'missed';
        const top = rowY[0] ?? 0;
        return (
          <g key={item.key} class={isMissed ? 'missed' : 'counted'}>
            {isMissed ? <rect x={item.x - 7} y={top} width={14} height={bottom - top} /> : null}
            <line x1={item.x} x2={item.x} y1={top} y2={bottom} />
          </g>
        );
      })}
    </g>
  );
}

interface ItemGlyphProps {
  readonly id: string;
  readonly item: Item;
  readonly y: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isActive: boolean;
}

/** Shorter texts say nothing. */
const SHORTEST_TEXT = 6;

function ItemGlyph({ id, item, y, height, isSelected, isActive }: ItemGlyphProps) {
  const { key, title, x, width, count, look } = item;
  const state = `${isSelected ? ' selected' : ''}${isActive ? ' active' : ''}`;
  const shared = { 'data-key': key, id: `${id}-${key}`, role: 'img', 'aria-label': title } as const;
  if (look.kind === 'mark') {
    return (
      <g {...shared} class={`pod-mark ${look.shape}${state}`}>
        <MarkGlyph
          shape={look.shape}
          x={x}
          y={y}
          text={count > 1 ? `${count}` : String(look.number ?? '')}
          isMany={count > 1}
        />
      </g>
    );
  }
  const { tone, text, isOpen, unreadyWidth } = look;
  const overlay = count > 1 ? 'merged' : OVERLAYS[tone];
  const top = y - height / 2;
  const wide = Math.max(1.5, width - 1);
  const room = Math.floor((width - 12) / CHARACTER_WIDTH);
  return (
    <g {...shared} class={`bar ${tone}${isOpen ? ' open' : ''}${state}`}>
      <rect class="body" x={x} y={top} width={wide} height={height} rx={Math.min(3, wide / 3)} />
      {overlay === undefined || wide < 3 ? null : (
        <rect
          x={x}
          y={top}
          width={wide}
          height={height}
          rx={Math.min(3, wide / 3)}
          fill={`url(#${id}-${overlay})`}
        />
      )}
      {unreadyWidth < 2 ? null : <rect class="starting" x={x} y={top} width={unreadyWidth} height={height} />}
      {room < SHORTEST_TEXT ? null : (
        <text x={x + 6} y={y + 4}>
          {shorten(text, room)}
        </text>
      )}
    </g>
  );
}
