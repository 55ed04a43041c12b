import { useId, useRef } from 'preact/hooks';
import { PRESETS, type TimeRange } from '../time-range.ts';

/** Picks a stretch of time: one up to now, or one between two moments in UTC. */
export function TimeRangePicker({
  range,
  onPick,
}: {
  readonly range: TimeRange;
  readonly onPick: (range: TimeRange) => void;
}) {
  const id = useId();
  const from = useRef<HTMLInputElement>(null);
  const to = useRef<HTMLInputElement>(null);
  const pickMoments = (event: Event) => {
    event.preventDefault();
    const fromMs = Date.parse(`${from.current?.value}Z`);
    const toMs = Date.parse(`${to.current?.value}Z`);
    if (fromMs < toMs) onPick({ fromMs, toMs });
    else to.current?.focus();
  };
  return (
    <form class="time-range" aria-label="Time range" onSubmit={pickMoments}>
      <div class="segments">
        {PRESETS.map(({ id: preset, label, lengthMs }) => (
          <button
            key={preset}
            type="button"
            aria-pressed={range.preset === preset}
            title={`The last ${label}`}
            onClick={() => onPick({ fromMs: range.toMs - lengthMs, toMs: range.toMs, preset })}
          >
            {preset}
          </button>
        ))}
      </div>
      <span class="moments">
        <label for={`${id}-from`}>from</label>
        <input id={`${id}-from`} ref={from} type="datetime-local" step="1" value={inputValue(range.fromMs)} />
        <label for={`${id}-to`}>to</label>
        <input id={`${id}-to`} ref={to} type="datetime-local" step="1" value={inputValue(range.toMs)} />
        <button type="submit">Show</button>
        <span class="quiet">UTC</span>
      </span>
    </form>
  );
}

function inputValue(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
