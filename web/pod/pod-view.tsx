import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { Empty, Failure, Loading } from '../app/controls/states.tsx';
import { useParts } from '../app/parts.ts';
import { setParams } from '../app/place.ts';
import { createSignal, type Signal } from '../app/signal.ts';
import { useTitle } from '../app/use-title.ts';
import type { ViewProps } from '../app/view-props.ts';
import { Explanation } from './explanation.tsx';
import { ExportTools } from './export-tools.tsx';
import { tell } from './facts.ts';
import { LaneChart } from './lane-chart.tsx';
import { Legend } from './legend.tsx';
import { PodHead } from './pod-head.tsx';
import { readSelection, writeSelection } from './selection.ts';
import { Tables } from './tables.tsx';
import { pan, readWindow, type TimeWindow, windowParams, zoom } from './time-window.ts';
import { type Pod, readPodKey, usePod } from './use-pod.ts';
import { wholeLife } from './whole-life.ts';

/** While a reader drags, the URL and the tables wait. */
const SETTLE_MS = 150;
/** What still runs grows so often. */
const NOW_EVERY_MS = 2_000;

/** A pod's timeline: what restarted, and why. */
export function PodView({ params }: ViewProps) {
  const isLive = params.get('live') !== 'off';
  const key = readPodKey(params);
  const pod = usePod(key, isLive);
  const { timeline, error } = pod;
  useTitle(timeline === undefined ? 'Pod' : `${timeline.pod.namespace}/${timeline.pod.name}`);
  if (key === undefined) {
    return (
      <Empty title="Which pod?">
        <p>
          A link to a pod names its cluster and UID. <a href="/">Find one in the overview</a>.
        </p>
      </Empty>
    );
  }
  if (timeline === undefined) {
    return error === undefined ? (
      <Loading what="the timeline" />
    ) : (
      <Failure error={error} onRetry={pod.reload} />
    );
  }
  return <PodBoard key={timeline.pod.uid} params={params} pod={pod} timeline={timeline} isLive={isLive} />;
}

function PodBoard({
  params,
  pod,
  timeline,
  isLive,
}: ViewProps & { readonly pod: Pod; readonly timeline: Timeline; readonly isLive: boolean }) {
  const { clock } = useParts();
  const { events, byId } = pod;
  const nowMs = useNow(clock, isLive && timeline.pod.deletedAt === null);
  const whole = useMemo(() => wholeLife(timeline, nowMs), [timeline, nowMs]);
  const limit = useMemo(() => {
    const room = whole.toMs - whole.fromMs;
    return { fromMs: whole.fromMs - room, toMs: whole.toMs + room };
  }, [whole]);
  const view = useMemo(() => createSignal<TimeWindow | undefined>(readWindow(params)), []);
  const settled = useSettled(view, SETTLE_MS);
  useEffect(() => setParams(windowParams(settled)), [settled]);

  const selection = readSelection(params.get('select'));
  const selected = selection && writeSelection(selection);
  const told = selection && tell(timeline, byId, selection);
  const select = (key: string | undefined) => setParams({ select: key });
  const step =
    selection?.of === 'restart'
      ? (by: 1 | -1) => {
          const next = selection.index + by;
          if (next >= 0 && next < timeline.restarts.length) select(`restart:${next}`);
        }
      : undefined;
  const move = (by: number) => {
    const shown = view.value ?? whole;
    view.set(pan(shown, by * (shown.toMs - shown.fromMs), limit));
  };
  const magnify = (factor: number) => {
    const shown = view.value ?? whole;
    view.set(zoom(shown, factor, (shown.fromMs + shown.toMs) / 2, limit));
  };
  return (
    <div class="pod-view">
      <PodHead timeline={timeline} />
      {pod.error === undefined ? null : <Failure error={pod.error} onRetry={pod.reload} />}
      <div class={`pod-board${told === undefined ? '' : ' explained'}`}>
        <div class="pod-main">
          <div class="toolbar">
            <span class="segments" role="group" aria-label="Time shown">
              <button type="button" aria-label="Earlier" onClick={() => move(-0.5)}>
                ←
              </button>
              <button type="button" aria-label="Zoom out" onClick={() => magnify(2)}>
                −
              </button>
              <button type="button" onClick={() => view.set(undefined)} aria-pressed={settled === undefined}>
                All
              </button>
              <button type="button" aria-label="Zoom in" onClick={() => magnify(0.5)}>
                +
              </button>
              <button type="button" aria-label="Later" onClick={() => move(0.5)}>
                →
              </button>
            </span>
            <LiveSwitch isOn={isLive} mode={pod.live} />
            <ExportTools pod={timeline.pod} />
          </div>
          <LaneChart
            timeline={timeline}
            events={events}
            view={view}
            whole={whole}
            limit={limit}
            nowMs={nowMs}
            selected={selected}
            onSelect={select}
          />
          <Legend />
        </div>
        {told === undefined ? null : (
          <Explanation
            told={told}
            events={byId}
            areEventsMissing={pod.moreEvents}
            onClose={() => select(undefined)}
            onStep={step}
          />
        )}
        <div class="pod-tables">
          {pod.eventsError === undefined ? null : <Failure error={pod.eventsError} onRetry={pod.reload} />}
          <Tables timeline={timeline} events={events} shown={settled} selected={selected} onSelect={select} />
          {pod.moreEvents && events.length > 0 ? (
            <p class="quiet">
              There are more events than the first {events.length} that are shown here; the API has all of
              them.
            </p>
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** Now, going on while `isOn`. */
function useNow(clock: () => number, isOn: boolean): number {
  const [nowMs, setNowMs] = useState(clock);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNowMs(clock()), NOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [clock, isOn]);
  return nowMs;
}

const LIVE_WORDS = {
  connecting: 'connecting …',
  streaming: 'following',
  polling: 'asking every few seconds',
} as const;

function LiveSwitch({ isOn, mode }: { readonly isOn: boolean; readonly mode: Pod['live'] }) {
  return (
    <span class="live">
      <button
        type="button"
        aria-pressed={isOn}
        class={isOn ? 'on' : undefined}
        onClick={() => setParams({ live: isOn ? 'off' : undefined })}
      >
        <span class={`dot ${mode ?? 'off'}`} aria-hidden="true" /> Live
      </button>
      <span role="status" class="quiet">
        {mode === undefined ? '' : LIVE_WORDS[mode]}
      </span>
    </span>
  );
}

/** The signal's value once it has not changed for a while. */
function useSettled<T>(signal: Signal<T>, afterMs: number): T {
  const [settled, setSettled] = useState(signal.value);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unlisten = signal.listen(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setSettled(() => signal.value), afterMs);
    });
    return () => {
      clearTimeout(timer);
      unlisten();
    };
  }, [signal, afterMs]);
  return settled;
}
