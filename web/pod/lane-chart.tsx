import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { useSignalValue, type WritableSignal } from '../app/signal.ts';
import { ChartDrawing } from './chart-drawing.tsx';
import { geometryOf } from './chart-geometry.ts';
import { useChartGestures } from './chart-gestures.ts';
import { keyAction, neighbour } from './chart-keys.ts';
import { type Item, placeRows } from './place-rows.ts';
import { blanksOf, rowsOf } from './rows.ts';
import { around, pan, type TimeWindow, zoom } from './time-window.ts';
import { Tooltip } from './tooltip.tsx';

export interface LaneChartProps {
  readonly timeline: Timeline;
  readonly events: readonly RecordedEvent[];
  /** What is shown; undefined for the whole life. */
  readonly view: WritableSignal<TimeWindow | undefined>;
  readonly whole: TimeWindow;
  /** As far as one can pan and zoom out. */
  readonly limit: TimeWindow;
  readonly nowMs: number;
  /** The key of what is explained. */
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

const HELP =
  'Arrow keys go from mark to mark, Enter explains one. Shift with an arrow moves the time, + and − zoom, 0 shows all. With the mouse, drag to move and turn the wheel to zoom.';
const ZOOM_STEP = 1.6;
const PAN_STEP = 0.25;

/** A pod's swimlanes on a true time axis. Draws only what is visible, however much there is. */
export function LaneChart(props: LaneChartProps) {
  const { timeline, events, view, whole, limit, nowMs, selected, onSelect } = props;
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const shown = useSignalValue(view) ?? whole;
  const [active, setActive] = useState<string>();
  const anchorMs = useRef(0);
  const [hovered, setHovered] = useState<string>();

  const rows = useMemo(() => rowsOf(timeline, events), [timeline, events]);
  const blanks = useMemo(() => blanksOf(timeline), [timeline]);
  const geometry = useMemo(() => geometryOf(rows, width), [rows, width]);
  const { left, right } = geometry;
  const x = (ms: number) => left + ((ms - shown.fromMs) / (shown.toMs - shown.fromMs)) * (right - left);
  const placed = placeRows(rows, { x, left, right }, nowMs);

  const show = (next: TimeWindow) => view.set(next);
  const open = (item: Item) => {
    setActive(item.key);
    if (item.count > 1) show(around(item.covers, limit));
    else onSelect(item.key);
  };
  const itemOf = (key: string | undefined) =>
    key === undefined
      ? undefined
      : placed.flatMap(({ waits, items }) => [...items, ...waits]).find((item) => item.key === key);

  useChartGestures(frame, { geometry, shown, limit, show });

  const onKeyDown = (event: KeyboardEvent) => {
    const action = keyAction(event);
    if (action === undefined) return;
    event.preventDefault();
    const length = shown.toMs - shown.fromMs;
    switch (action.kind) {
      case 'pan':
        return show(pan(shown, action.direction * length * PAN_STEP, limit));
      case 'zoom':
        return show(zoom(shown, ZOOM_STEP ** -action.direction, (shown.fromMs + shown.toMs) / 2, limit));
      case 'all':
        return view.set(undefined);
      case 'open': {
        const item = itemOf(active);
        return item === undefined ? undefined : open(item);
      }
      case 'move': {
        const next = neighbour(placed, active, action, x(anchorMs.current));
        if (next !== undefined) {
          if (action.across === 0 || active === undefined) anchorMs.current = next.covers.fromMs;
          return setActive(next.key);
        }
        if (action.across !== 0) return undefined;
        return show(pan(shown, action.along * length * PAN_STEP, limit));
      }
      case 'leave':
        return setActive(undefined);
    }
  };

  const pointed = itemOf(hovered) ?? itemOf(active);
  return (
    <div class="lane-chart" ref={frame}>
      <p id={`${id}-help`} class="visually-hidden">
        {HELP}
      </p>
      <div
        class="lane-keys"
        role="application"
        aria-roledescription="timeline"
        aria-label={`Timeline of ${timeline.pod.name}`}
        aria-describedby={`${id}-help`}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(undefined)}
        onPointerOver={(event) => setHovered(keyAt(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const key = keyAt(event);
          const item = itemOf(key);
          if (item !== undefined) open(item);
          else if (key !== undefined) onSelect(key);
        }}
      >
        {width === 0 ? null : (
          <ChartDrawing
            id={id}
            rows={placed}
            blanks={blanks}
            geometry={geometry}
            shown={shown}
            x={x}
            nowMs={nowMs}
            containerOf={(key) => containerOf(timeline, key)}
            selected={selected}
            active={active}
          />
        )}
      </div>
      {pointed === undefined ? null : <Tooltip item={pointed} geometry={geometry} rows={placed} />}
    </div>
  );
}

function keyAt(event: Event): string | undefined {
  const { target } = event;
  if (!(target instanceof Element)) return undefined;
  return target.closest('[data-key]')?.getAttribute('data-key') ?? undefined;
}

function containerOf({ restarts }: Timeline, key: string): string | undefined {
  const index = /^restart:(\d+)$/.exec(key)?.[1];
  return index === undefined ? undefined : restarts[Number(index)]?.container;
}

function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(Math.floor(ref.current?.clientWidth ?? 0)), [ref]);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
