import { useEffect, useRef } from 'preact/hooks';
import type { Geometry } from './chart-geometry.ts';
import { lengthOf, pan, type TimeWindow, zoom } from './time-window.ts';

interface Stage {
  readonly geometry: Geometry;
  readonly shown: TimeWindow;
  readonly limit: TimeWindow;
  readonly show: (window: TimeWindow) => void;
}

/** One turn of a mouse wheel is about 100; a touch pad sends many small ones. */
const WHEEL_ZOOM = 0.0022;
/** A press that moves less is a click. */
const CLICK_SLOP = 4;

/** Wheel, drag and pinch: zooms and moves what is shown. Where nothing is left to zoom, the wheel scrolls the page. */
export function useChartGestures(frame: { readonly current: HTMLElement | null }, stage: Stage): void {
  const latest = useRef(stage);
  latest.current = stage;
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const pointers = new Map<number, number>();
    let moved = 0;

    const millisPerPixel = () => {
      const { shown, geometry } = latest.current;
      return lengthOf(shown) / (geometry.right - geometry.left) / geometry.scale;
    };
    const timeAt = (clientX: number) => {
      const { shown, geometry } = latest.current;
      return (
        shown.fromMs +
        (clientX - element.getBoundingClientRect().left - geometry.left * geometry.scale) * millisPerPixel()
      );
    };
    const onWheel = (event: WheelEvent) => {
      const { shown, limit, show } = latest.current;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      const next =
        event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? pan(shown, sideways * millisPerPixel(), limit)
          : zoom(shown, Math.exp(event.deltaY * WHEEL_ZOOM), timeAt(event.clientX), limit);
      if (next.fromMs === shown.fromMs && next.toMs === shown.toMs) return;
      event.preventDefault();
      show(next);
    };
    const onPointerDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, event.clientX);
      moved = 0;
    };
    const onPointerMove = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const { shown, limit, show } = latest.current;
      const by = event.clientX - before;
      moved += Math.abs(by);
      if (moved < CLICK_SLOP) return;
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, event.clientX);
      const other = [...pointers].find(([pointer]) => pointer !== event.pointerId)?.[1];
      if (other === undefined) show(pan(shown, -by * millisPerPixel(), limit));
      else {
        const factor = Math.max(1, Math.abs(before - other)) / Math.max(1, Math.abs(event.clientX - other));
        show(zoom(shown, factor, timeAt((event.clientX + other) / 2), limit));
      }
    };
    const onPointerEnd = (event: PointerEvent) => pointers.delete(event.pointerId);
    /** The click that ends a drag opens nothing. */
    const onClick = (event: MouseEvent) => {
      if (moved >= CLICK_SLOP) event.stopPropagation();
      moved = 0;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onPointerDown);
    element.addEventListener('pointermove', onPointerMove);
    element.addEventListener('pointerup', onPointerEnd);
    element.addEventListener('pointercancel', onPointerEnd);
    element.addEventListener('click', onClick, { capture: true });
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onPointerDown);
      element.removeEventListener('pointermove', onPointerMove);
      element.removeEventListener('pointerup', onPointerEnd);
      element.removeEventListener('pointercancel', onPointerEnd);
      element.removeEventListener('click', onClick, { capture: true });
    };
  }, [frame]);
}
