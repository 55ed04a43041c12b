import { useId } from 'preact/hooks';
import type { BarTone } from '../../timeline/render/pod-lanes.ts';
import { ChartPatterns, OVERLAYS } from './chart-patterns.tsx';
import { MarkGlyph } from './mark-glyph.tsx';
import type { MarkShape } from './rows.ts';

const BARS: readonly (readonly [BarTone, string])[] = [
  ['running', 'running'],
  ['completed', 'exit 0'],
  ['failed', 'failed'],
  ['killed', 'ended by a signal'],
  ['unknown', 'end unknown'],
  ['back-off', 'back-off'],
  ['sandbox', 'sandbox'],
  ['ready', 'ready'],
  ['unready', 'not ready'],
];
const MARKS: readonly (readonly [MarkShape, string])[] = [
  ['counted', 'restart, counted'],
  ['missed', 'restart that Kubernetes did not count'],
  ['warning', 'Warning'],
  ['normal', 'Event'],
  ['began', 'create, start'],
  ['ended', 'kill, die, stop, destroy'],
];

/** What the colours, hatchings and shapes of the drawing mean. */
export function Legend() {
  const id = useId();
  return (
    <ul class="pod-legend" aria-label="Legend">
      <li class="legend-patterns">
        <svg width="0" height="0" aria-hidden="true">
          <ChartPatterns id={id} />
        </svg>
      </li>
      {BARS.map(([tone, text]) => (
        <li key={tone}>
          <svg class="pod-lanes" width="22" height="12" aria-hidden="true">
            <g class={`bar ${tone}`}>
              <rect class="body" width="22" height="12" rx="2" />
              {OVERLAYS[tone] === undefined ? null : (
                <rect width="22" height="12" rx="2" fill={`url(#${id}-${OVERLAYS[tone]})`} />
              )}
            </g>
          </svg>
          {text}
        </li>
      ))}
      <li>
        <svg class="pod-lanes" width="22" height="12" aria-hidden="true">
          <g class="bar running">
            <rect class="body" width="22" height="12" rx="2" />
            <rect class="starting" width="11" height="12" />
          </g>
        </svg>
        not ready yet
      </li>
      <li>
        <svg class="pod-lanes" width="22" height="12" aria-hidden="true">
          <g class="blank">
            <rect width="22" height="12" fill={`url(#${id}-blank)`} />
            <rect class="edge" width="22" height="12" />
          </g>
        </svg>
        not recorded
      </li>
      {MARKS.map(([shape, text]) => (
        <li key={shape}>
          <svg
            class="pod-lanes"
            width="16"
            height="16"
            viewBox={shape === 'counted' || shape === 'missed' ? '-15 -15 30 30' : '-8 -8 16 16'}
            aria-hidden="true"
          >
            <g class={`pod-mark ${shape}`}>
              <MarkGlyph shape={shape} x={0} y={0} text="" isMany={false} />
            </g>
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
