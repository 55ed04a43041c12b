import { useRef, useState } from 'preact/hooks';
import type { Span } from '../../timeline/reports/calendar.ts';
import { brushedSpan } from './brush.ts';
import type { TimeScale } from './time-scale.ts';

/** What is being dragged over, in pixels of the chart. */
export interface Brush {
  readonly startX: number;
  readonly endX: number;
}

type Handler = (event: PointerEvent) => void;

/** Dragging over a chart picks a stretch of time. The handlers go on the chart's element, which stands at x 0. */
export function useBrush(
  scale: TimeScale,
  pick: (span: Span) => void,
): {
  readonly brush: Brush | undefined;
  readonly handlers: Readonly<
    Record<'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel', Handler>
  >;
} {
  const [brush, setBrush] = useState<Brush>();
  // The state is as old as the last drawing; a fast drag ends before the next.
  const latest = useRef<Brush>(undefined);
  const set = (next: Brush | undefined) => {
    latest.current = next;
    setBrush(next);
  };
  const placeOf = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(scale.right, Math.max(scale.left, event.clientX - box.left));
  };
  return {
    brush,
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0 || !event.isPrimary) return;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        const x = placeOf(event);
        set({ startX: x, endX: x });
      },
      onPointerMove(event) {
        if (latest.current !== undefined) set({ ...latest.current, endX: placeOf(event) });
      },
      onPointerUp() {
        const done = latest.current;
        set(undefined);
        const span = done && brushedSpan(scale, done.startX, done.endX);
        if (span !== undefined) pick(span);
      },
      onPointerCancel: () => set(undefined),
    },
  };
}
