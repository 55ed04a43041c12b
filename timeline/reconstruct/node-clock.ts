import type { WatchedSource } from '../contract/agent-event.ts';
import type { Timestamp } from '../contract/primitives.ts';
import { millisBetween, shift } from '../time.ts';
import type { Coverage } from './coverage.ts';
import type { PodRecord } from './pod-record.ts';

/** How far the clocks of those who listened to a source are ahead of the node's, in milliseconds. */
export interface ClockOffsets {
  readonly runtime: number;
  readonly event: number;
  /** Whether `event` was seen from Events, which have whole seconds, alone. */
  readonly isRough: boolean;
}

/** What is heard at once is heard within this: no clocks need differ for it. Events have whole seconds. */
const AT_ONCE_MS = { runtime: 250, kubelet: 2_000 } as const;
/** An Event's second begins up to one before it was said. */
const SAME_CLOCK_MS = 1_500;

/**
 * The agent's clock can be minutes off the node's. How far is seen from what was heard soonest after it was told; of
 * Events, whose seconds are rough, from the runtime's if these were heard by the same clock.
 */
export function readClockOffsets({
  runtimeEvents,
  kubernetesEvents,
}: Pick<PodRecord, 'runtimeEvents' | 'kubernetesEvents'>): ClockOffsets {
  const runtime = soonestHeardMs(runtimeEvents, ({ action }) => action !== 'inspect', AT_ONCE_MS.runtime);
  const kubelet = soonestHeardMs(
    kubernetesEvents,
    ({ type, component }) => type !== 'LISTED' && component === 'kubelet',
    AT_ONCE_MS.kubelet,
  );
  const sameClock =
    runtime !== undefined && (kubelet === undefined || kubelet === 0 || isWithin(kubelet - runtime));
  const event = sameClock ? runtime : kubelet;
  return {
    runtime: runtime ?? 0,
    event: event ?? 0,
    isRough: !sameClock && event !== undefined && event !== 0,
  };
}

function isWithin(laterMs: number): boolean {
  return laterMs >= -AT_ONCE_MS.runtime && laterMs <= SAME_CLOCK_MS;
}

/** So many are heard that some were heard at once; to read on would only cost time. */
const ENOUGH = 200;

interface Heard {
  readonly occurredAt: Timestamp;
  readonly observedAt: Timestamp;
}

/** @returns milliseconds, negative for a listener whose clock is behind; undefined if nothing was heard */
function soonestHeardMs<E extends Heard>(
  events: readonly E[],
  isHeardLive: (event: E) => boolean,
  atOnceMs: number,
): number | undefined {
  let soonestMs: number | undefined;
  let heard = 0;
  for (const event of events) {
    if (!isHeardLive(event)) continue;
    heard += 1;
    if (heard > ENOUGH) break;
    const afterMs = millisBetween(event.occurredAt, event.observedAt);
    if (soonestMs === undefined || afterMs < soonestMs) soonestMs = afterMs;
  }
  return soonestMs === undefined || Math.abs(soonestMs) > atOnceMs ? soonestMs : 0;
}

/** What was watched, asked by the clock of the pod's node: the runtime and the kubelet tell by that one. */
export interface NodeCoverage {
  /** Whether the source was watched from `from` to `to` without a break. */
  covers(source: WatchedSource, from: Timestamp, to: Timestamp): boolean;
  /** The stretches that were not watched because the container runtime restarted. */
  readonly runtimeRestarts: readonly { readonly from: Timestamp; readonly to: Timestamp }[];
}

/** Gives what was watched, which the agent says by its own clock, by the node's. */
export function onNodeClock(coverage: Coverage, { runtime, event, isRough }: ClockOffsets): NodeCoverage {
  const offsets: Readonly<Record<WatchedSource, number>> = {
    docker: runtime,
    cri: runtime,
    event,
    pod: event,
  };
  // What is near to a gap may be in it.
  const slackMs = isRough ? AT_ONCE_MS.kubelet : 0;
  return {
    covers: (source, from, to) => {
      const offsetMs = offsets[source];
      if (offsetMs === 0) return coverage.covers(source, from, to);
      const slack = source === 'event' ? slackMs : 0;
      return coverage.covers(source, shift(from, offsetMs - slack), shift(to, offsetMs + slack));
    },
    // A containerd that restarts leaves its containers running: its breaks end none.
    runtimeRestarts: coverage
      .breaks('docker', 'docker-restarted')
      .map(({ from, to }) => ({ from: shift(from, -runtime), to: shift(to, -runtime) })),
  };
}
