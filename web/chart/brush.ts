import type { Span } from '../../timeline/reports/calendar.ts';
import type { TimeScale } from './time-scale.ts';

/** A drag over a chart that is shorter, in pixels, is a click. */
const SHORTEST_DRAG = 6;
/** Nothing in a cluster is told apart below. */
const SHORTEST_SPAN_MS = 1000;

/** The stretch of time that was dragged over, from either side; undefined for what was no drag. */
export function brushedSpan(scale: TimeScale, startX: number, endX: number): Span | undefined {
  if (Math.abs(endX - startX) < SHORTEST_DRAG) return undefined;
  const [left, right] = [Math.min(startX, endX), Math.max(startX, endX)];
  const [fromMs, toMs] = [Math.floor(scale.at(left)), Math.ceil(scale.at(right))];
  return toMs - fromMs < SHORTEST_SPAN_MS ? { fromMs, toMs: fromMs + SHORTEST_SPAN_MS } : { fromMs, toMs };
}
