import { useRef, useState } from 'preact/hooks';
import type { Span } from '../../timeline/reports/calendar.ts';
import { createCountScale, sayCount } from './count-scale.ts';
import { fillOf, type Look } from './look.ts';
import { sayBin } from './say-bin.ts';
import { type Bin, stackBin, totalOf } from './stack.ts';
import { TimeAxis } from './time-axis.tsx';
import { createTimeScale, type TimeScale } from './time-scale.ts';
import { useBrush } from './use-brush.ts';
import { useWidth } from './use-width.ts';

const LEFT = 36;
const TOP = 10;
const AXIS_HEIGHT = 24;

export interface StackedBarsProps {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly span: Span;
  readonly bins: readonly Bin[];
  /** What is stacked, lowest first. */
  readonly keys: readonly string[];
  readonly lookOf: (key: string) => Look;
  /** A stretch of time was dragged over, or a bar entered. */
  readonly zoom: (span: Span) => void;
}

/**
 * Bars over time, stacked. Hovering, or the arrow keys, tell what a bar holds; dragging, or Enter, zooms in. The same
 * in words stands in `BinTable`.
 */
export function StackedBars({ label, span, bins, keys, lookOf, zoom }: StackedBarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = heightFor(width);
  // By where it begins: the bars are others after a zoom.
  const [lookedMs, setLookedMs] = useState<number>();
  const scale = createTimeScale(span, LEFT, Math.max(LEFT + 1, width - 2));
  const { brush, handlers } = useBrush(scale, zoom);
  const counts = createCountScale(bins.reduce((highest, bin) => Math.max(highest, totalOf(bin)), 0));
  const bottom = height - AXIS_HEIGHT;
  const y = (count: number) => bottom - (count / counts.max) * (bottom - TOP);
  const looked = bins.findIndex(({ fromMs }) => fromMs === lookedMs);
  const bin = bins[looked];
  const look = (index: number) => setLookedMs(bins[index]?.fromMs);
  const binAt = (x: number) => {
    const atMs = scale.at(x);
    return bins.findIndex(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  };
  const step = (by: number) => {
    const next = looked < 0 && by < 0 ? bins.length - 1 : looked + by;
    look(Math.min(bins.length - 1, Math.max(0, next)));
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowUp') step(1);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') step(-1);
    else if (event.key === 'Home') look(0);
    else if (event.key === 'End') look(bins.length - 1);
    else if (event.key === 'Enter' && bin !== undefined) zoom(bin);
    else return;
    event.preventDefault();
  };
  return (
    <div class="stacked-bars">
      <div
        ref={box}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${label}. Arrow keys move from bar to bar, Enter zooms in.`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bins.length - 1)}
        aria-valuenow={Math.max(0, looked)}
        aria-valuetext={bin === undefined ? 'no bar chosen' : sayBin(bin, keys)}
        onKeyDown={keyed}
        onBlur={() => setLookedMs(undefined)}
        onPointerLeave={() => setLookedMs(undefined)}
        {...handlers}
        onPointerMove={(event) => {
          handlers.onPointerMove(event);
          look(binAt(event.clientX - event.currentTarget.getBoundingClientRect().left));
        }}
      >
        <svg width={width} height={height} viewBox={`0 0 ${Math.max(1, width)} ${height}`} aria-hidden="true">
          <g class="axis">
            {counts.ticks.map((count) => (
              <g key={count}>
                <line x1={LEFT} x2={scale.right} y1={y(count)} y2={y(count)} />
                <text x={LEFT - 6} y={y(count) + 4} text-anchor="end">
                  {sayCount(count)}
                </text>
              </g>
            ))}
          </g>
          <TimeAxis scale={scale} top={bottom} bottom={bottom + 5} labelY={height - 5} />
          {bin !== undefined && <BinGround bin={bin} scale={scale} bottom={bottom} />}
          {bins.map((drawn) => {
            const { x, barWidth } = placeOf(drawn, scale);
            return stackBin(drawn, keys).map(({ key, from, to }) => (
              <rect
                key={`${drawn.fromMs} ${key}`}
                class="layer"
                x={x}
                width={barWidth}
                y={y(to)}
                height={y(from) - y(to)}
                fill={fillOf(lookOf(key))}
              />
            ));
          })}
          {brush !== undefined && (
            <rect
              class="brush"
              x={Math.min(brush.startX, brush.endX)}
              width={Math.abs(brush.endX - brush.startX)}
              y={0}
              height={bottom}
            />
          )}
        </svg>
      </div>
      <p class="readout" aria-hidden="true">
        {bin === undefined ? 'Drag over the bars to zoom in.' : sayBin(bin, keys)}
      </p>
    </div>
  );
}

/** Lower than wide, but neither flat on a telephone nor a tower on a wall. */
function heightFor(width: number): number {
  return Math.round(Math.min(380, Math.max(210, 40 + width * 0.25)));
}

function BinGround({ bin, scale, bottom }: { bin: Bin; scale: TimeScale; bottom: number }) {
  const x = scale.x(bin.fromMs);
  return <rect class="looked" x={x} width={scale.x(bin.toMs) - x} y={0} height={bottom} />;
}

/** A bar with a little room to the next, and always to be seen. */
function placeOf({ fromMs, toMs }: Bin, scale: TimeScale): { x: number; barWidth: number } {
  const [left, right] = [scale.x(fromMs), scale.x(toMs)];
  const room = Math.min(4, (right - left) * 0.15);
  return { x: left + room / 2, barWidth: Math.max(1, right - left - room) };
}
