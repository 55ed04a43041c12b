import type { ComponentChildren } from 'preact';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { CAUSE_ORDER, lookOf } from '../../timeline/render/cause-palette.ts';
import { REPLACEMENT_TONES } from '../../timeline/render/workload-palette.ts';
import { type PodState, STATE_WORDS } from '../../timeline/render/workload-stretches.ts';
import { fillOf } from '../chart/look.ts';

const STATES: readonly PodState[] = ['waiting', 'running', 'leaving', 'ended'];

/** What the shapes and colours of the chart stand for, as far as they are there. */
export function WorkloadLegend({
  account: { restarts, replacements },
}: {
  readonly account: WorkloadTimeline;
}) {
  const counted = new Set(restarts.flatMap((restart) => (restart.counted ? [restart.cause] : [])));
  const ends = new Set(replacements.map(({ cause }) => cause));
  return (
    <ul class="legend" aria-label="What is drawn">
      {STATES.map((state) => (
        <Entry key={state} words={STATE_WORDS[state]} width={18}>
          <rect class={`state-${state}`} x="1" y="1" width="16" height="12" rx="2" />
        </Entry>
      ))}
      {CAUSE_ORDER.filter((cause) => counted.has(cause)).map((cause) => (
        <Entry key={cause} words={`restart: ${cause}`} width={14}>
          <circle class="mark" cx="7" cy="7" r="6" fill={fillOf(lookOf(cause))} />
        </Entry>
      ))}
      {restarts.some((restart) => !restart.counted) && (
        <Entry words="restart that Kubernetes did NOT count" width={14}>
          <path class="mark missed" d="M7 0l7 7l-7 7l-7 -7Z" />
        </Entry>
      )}
      {[...ends].map((cause) => (
        <Entry key={cause} words={`pod ended: ${cause}`} width={10}>
          <g class={`joint tone-${REPLACEMENT_TONES[cause]}`}>
            <rect x="1" y="0" width="8" height="14" rx="1" />
          </g>
        </Entry>
      ))}
    </ul>
  );
}

function Entry({
  words,
  width,
  children,
}: {
  readonly words: string;
  readonly width: number;
  readonly children: ComponentChildren;
}) {
  return (
    <li>
      <span>
        <svg class="swatch" width={width} height="14" aria-hidden="true">
          {children}
        </svg>
        {words}
      </span>
    </li>
  );
}
