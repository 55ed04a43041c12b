import { placeLabels } from './place-labels.ts';
import type { TimeScale } from './time-scale.ts';

/** The times under (or over) a chart, each with a line through it. */
export function TimeAxis({
  scale,
  top,
  bottom,
  labelY,
}: {
  readonly scale: TimeScale;
  /** Of the lines, in pixels. */
  readonly top: number;
  readonly bottom: number;
  readonly labelY: number;
}) {
  return (
    <g class="axis">
      {scale.ticks.map(({ x }) => (
        <line key={x} x1={x} x2={x} y1={top} y2={bottom} />
      ))}
      {placeLabels(scale).map(({ x, text, strong }) => (
        <text key={x} x={x} y={labelY} text-anchor="middle" class={strong ? 'strong' : undefined}>
          {text}
        </text>
      ))}
    </g>
  );
}
