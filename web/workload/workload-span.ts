import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import type { Span } from '../../timeline/reports/calendar.ts';

/** Room after the last moment, as a part of the whole: what still goes on reaches into it. */
const ROOM = 0.02;
const LEAST_ROOM_MS = 1000;

/** From the first to the last moment that an account of a workload names; undefined if it names none. */
export function spanOfWorkload({ pods, restarts, rollouts }: WorkloadTimeline): Span | undefined {
  const times = [
    ...pods.flatMap(({ pod, startedAt, readyAt, leftAt, endedAt }) => [
      pod.createdAt,
      startedAt,
      readyAt,
      leftAt,
      endedAt,
      pod.deletedAt,
    ]),
    ...restarts.map(({ at }) => at),
    ...rollouts.map(({ at }) => at),
  ].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  if (times.length === 0) return undefined;
  const fromMs = times.reduce((a, b) => Math.min(a, b));
  const toMs = times.reduce((a, b) => Math.max(a, b));
  return { fromMs, toMs: Math.ceil(toMs + Math.max(LEAST_ROOM_MS, (toMs - fromMs) * ROOM)) };
}
