import { useRef } from 'preact/hooks';
import type { NodeTimeline } from '../../timeline/contract/incident.ts';
import { lookOf } from '../../timeline/render/cause-palette.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import { fillOf } from '../chart/look.ts';
import { saySpan } from '../chart/say-bin.ts';
import { TimeAxis } from '../chart/time-axis.tsx';
import { createTimeScale } from '../chart/time-scale.ts';
import { useBrush } from '../chart/use-brush.ts';
import { useWidth } from '../chart/use-width.ts';
import { INCIDENT_LOOKS } from './incident-look.ts';
import { plotNode } from './node-plot.ts';

const TOP = 24;
const ROW_HEIGHT = 26;
const LEFT = 6;

/** Incidents of a node as bands, and the restarts that are in none as marks, on one axis. */
export function NodeChart({
  account,
  span,
  zoom,
}: {
  readonly account: NodeTimeline;
  readonly span: Span;
  readonly zoom: (span: Span) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const scale = createTimeScale(span, LEFT, Math.max(LEFT + 1, width - LEFT));
  const { brush, handlers } = useBrush(scale, zoom);
  const { bands, rows, marks } = plotNode(account, scale);
  const marksY = TOP + rows * ROW_HEIGHT + ROW_HEIGHT / 2;
  const bottom = marksY + ROW_HEIGHT / 2;
  return (
    <div ref={box} class="plot" {...handlers}>
      <svg
        width={width}
        height={bottom + 2}
        role="img"
        aria-label={`${bands.length} incidents and ${marks.length} other restarts; all are listed below`}
      >
        <TimeAxis scale={scale} top={TOP - 4} bottom={bottom} labelY={TOP - 10} />
        {bands.map(({ incident, index, x, width: wide, row }) => (
          <g key={index}>
            <rect
              x={x}
              width={wide}
              y={TOP + row * ROW_HEIGHT + 3}
              height={ROW_HEIGHT - 6}
              rx="3"
              fill={fillOf(INCIDENT_LOOKS[incident.kind])}
            />
            <title>{`${incident.kind}, ${saySpan({ fromMs: Date.parse(incident.from), toMs: Date.parse(incident.to) })}: ${incident.members.length} concerned`}</title>
          </g>
        ))}
        {marks.map(({ restart, x }) => (
          <g key={`${restart.pod.uid} ${restart.index}`}>
            {restart.counted ? (
              <circle class="mark" cx={x} cy={marksY} r="5" fill={fillOf(lookOf(restart.cause))} />
            ) : (
              <path class="mark missed" d={`M${x} ${marksY - 8}l8 8l-8 8l-8 -8Z`} />
            )}
            <title>{`${plainText(restart.pod.name)} ${plainText(restart.container)}: ${restart.cause}`}</title>
          </g>
        ))}
        {brush !== undefined && (
          <rect
            class="brush"
            x={Math.min(brush.startX, brush.endX)}
            width={Math.abs(brush.endX - brush.startX)}
            y={TOP - 4}
            height={bottom - TOP + 4}
          />
        )}
      </svg>
    </div>
  );
}
