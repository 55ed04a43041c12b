import type { Timestamp } from '../contract/primitives.ts';
import type { Timeline } from '../contract/timeline.ts';
import { earliest, latest } from '../time.ts';

/** The stretch of time that a timeline speaks of: from the first to the last moment that it names. */
export function spanOf(timeline: Timeline): { from: Timestamp; to: Timestamp } | undefined {
  let from: Timestamp | undefined = timeline.pod.createdAt ?? undefined;
  let to: Timestamp | undefined = timeline.pod.deletedAt ?? undefined;
  const include = (time: Timestamp | null) => {
    from = earliest(from, time ?? undefined);
    to = latest(to, time ?? undefined);
  };
  include(timeline.pod.createdAt);
  for (const { createdAt, finishedAt } of timeline.sandboxes) [createdAt, finishedAt].forEach(include);
  for (const { createdAt, startedAt, finishedAt } of timeline.runs)
    [createdAt, startedAt, finishedAt].forEach(include);
  for (const { at } of timeline.phases) include(at);
  return from === undefined || to === undefined ? undefined : { from, to };
}
