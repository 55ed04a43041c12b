import { useRef, useState } from 'preact/hooks';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { lookOf } from '../../timeline/render/cause-palette.ts';
import { formatMoment, plainText } from '../../timeline/render/plain-text.ts';
import { REPLACEMENT_TONES } from '../../timeline/render/workload-palette.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf } from '../app/place.ts';
import { fillOf } from '../chart/look.ts';
import { TimeAxis } from '../chart/time-axis.tsx';
import { createTimeScale } from '../chart/time-scale.ts';
import { useBrush } from '../chart/use-brush.ts';
import { useWidth } from '../chart/use-width.ts';
import { sayEnd, sayPod, sayRestart } from './lane-text.ts';
import { type Joint, type Lane, type LaneShape, plotWorkload } from './workload-plot.ts';

/** Names stand beside their lanes; where there is no room for that, above the bars. */
const WIDE: LaneShape = { height: 28, middle: 14 };
const NARROW: LaneShape = { height: 44, middle: 31 };
const NARROW_BELOW = 560;
/** Over the lanes: the names of deploys, and the axis. */
const TOP = 44;
const BAR_HEIGHT = 14;
const NAMES_WIDTH = 240;
const HINT = 'Drag over the lanes to zoom in; hover, or move through the pods, for the facts.';

/**
 * The pods of a workload one under another, the newest lowest: each as a bar of what it was doing, with marks for the
 * restarts of its containers, joined to the pod that took its place. Deploys are vertical lines.
 */
export function WorkloadChart({
  account,
  span,
  zoom,
}: {
  readonly account: WorkloadTimeline;
  readonly span: Span;
  readonly zoom: (span: Span) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [facts, setFacts] = useState<string>();
  const isNarrow = width < NARROW_BELOW;
  const shape = isNarrow ? NARROW : WIDE;
  const plotWidth = Math.max(80, isNarrow ? width : width - NAMES_WIDTH);
  const scale = createTimeScale(span, 2, plotWidth - 10);
  const { brush, handlers } = useBrush(scale, zoom);
  const { lanes, joints, deploys, gaps, height } = plotWorkload(account, scale, shape);
  const names = new Map(account.pods.map(({ pod }) => [pod.uid, plainText(pod.name)]));
  const nameOf = (uid: string) => names.get(uid) ?? plainText(uid);
  const bottom = TOP + height;
  const look = (event: PointerEvent & { readonly currentTarget: Element }) => {
    const frame = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top - TOP];
    const lane = lanes[Math.floor(y / shape.height)];
    setFacts(lane === undefined ? undefined : factsAt(lane, x, joints, nameOf));
  };
  return (
    <div ref={box} class={isNarrow ? 'lanes narrow' : 'lanes'}>
      <ol class="lane-names" aria-label="Pods, oldest first">
        {lanes.map((lane) => (
          <li key={lane.pod.pod.uid}>
            <a
              href={hrefOf('pod', { cluster: account.cluster, uid: lane.pod.pod.uid })}
              onFocus={() => setFacts(sayPod(lane.pod))}
              onBlur={() => setFacts(undefined)}
            >
              <Name>{plainText(lane.pod.pod.name)}</Name>
            </a>
          </li>
        ))}
      </ol>
      <div
        class="plot"
        {...handlers}
        onPointerMove={(event) => {
          handlers.onPointerMove(event);
          look(event);
        }}
        onPointerLeave={() => setFacts(undefined)}
      >
        <svg
          width={plotWidth}
          height={bottom + 2}
          role="img"
          aria-label={`The lives of ${lanes.length} pods; the same stands in the tables below`}
        >
          <TimeAxis scale={scale} top={TOP - 6} bottom={bottom} labelY={TOP - 12} />
          {gaps.map(({ x, width: wide, gap }) => (
            <rect key={`${gap.source} ${x}`} class="gap" x={x} width={wide} y={TOP - 6} height={height + 6}>
              <title>{`${gap.source} not recorded: ${plainText(gap.reason)}`}</title>
            </rect>
          ))}
          {deploys.map(({ x, rollout }, index) => (
            <g key={rollout.at} class="deploy">
              <line x1={x} x2={x} y1={16} y2={bottom} />
              {hasRoom(deploys, index) && (
                <text x={x} y={12} text-anchor={x > plotWidth / 2 ? 'end' : 'start'}>
                  {`deploy ${plainText(rollout.to)}`}
                </text>
              )}
              <title>{`${formatMoment(rollout.at)}: deploy of ${plainText(rollout.to)} after ${plainText(rollout.from)}`}</title>
            </g>
          ))}
          <g transform={`translate(0 ${TOP})`}>
            {lanes.map((lane) => (
              <LaneBars key={lane.pod.pod.uid} lane={lane} />
            ))}
            {joints.map((joint) => (
              <JointLine key={joint.replacement.from} joint={joint} />
            ))}
            {lanes.map((lane) => (
              <LaneMarks key={lane.pod.pod.uid} lane={lane} />
            ))}
          </g>
          {brush !== undefined && (
            <rect
              class="brush"
              x={Math.min(brush.startX, brush.endX)}
              width={Math.abs(brush.endX - brush.startX)}
              y={TOP - 6}
              height={height + 6}
            />
          )}
        </svg>
      </div>
      <p class="readout" role="status">
        {facts ?? HINT}
      </p>
    </div>
  );
}

function LaneBars({ lane: { bars, y } }: { readonly lane: Lane }) {
  return bars.map(({ x, width, state }) => (
    <rect
      key={`${state} ${x}`}
      class={`state-${state}`}
      x={x}
      width={width}
      y={y - BAR_HEIGHT / 2}
      height={BAR_HEIGHT}
      rx="2"
    />
  ));
}

function LaneMarks({ lane: { marks, y } }: { readonly lane: Lane }) {
  return marks.map(({ x, restart }) =>
    restart.counted ? (
      <circle key={restart.to} class="mark" cx={x} cy={y} r="5" fill={fillOf(lookOf(restart.cause))} />
    ) : (
      <path key={restart.to} class="mark missed" d={`M${x} ${y - 8}l8 8l-8 8l-8 -8Z`} />
    ),
  );
}

/** From the end of a pod to the birth of the next, with a square at the end: a circle would be a restart. */
function JointLine({ joint: { from, to, cause } }: { readonly joint: Joint }) {
  const down = to === undefined ? 0 : (to.y - from.y) / 2;
  return (
    <g class={`joint tone-${REPLACEMENT_TONES[cause]}`}>
      {to !== undefined && (
        <path d={`M${from.x} ${from.y}C${from.x} ${from.y + down} ${to.x} ${to.y - down} ${to.x} ${to.y}`} />
      )}
      <rect x={from.x - 4} y={from.y - 9} width="8" height="18" rx="1" />
    </g>
  );
}

/** Labels of deploys that would cover one another are left to the tables. */
function hasRoom(deploys: readonly { readonly x: number }[], index: number): boolean {
  const [own, before] = [deploys[index], deploys[index - 1]];
  return own !== undefined && (before === undefined || own.x - before.x > 130);
}

/** What lies under the pointer: the nearest mark, the end of the pod, or its life. */
function factsAt(lane: Lane, x: number, joints: readonly Joint[], nameOf: (uid: string) => string): string {
  const mark = lane.marks.find((one) => Math.abs(one.x - x) <= 6);
  if (mark !== undefined) return `${plainText(lane.pod.pod.name)}: ${sayRestart(mark.restart)}`;
  const end = joints.find(
    ({ replacement, from }) => replacement.from === lane.pod.pod.uid && Math.abs(from.x - x) <= 6,
  );
  if (end !== undefined) return `${plainText(lane.pod.pod.name)}: ${sayEnd(end.replacement, nameOf)}`;
  return sayPod(lane.pod);
}
