import { readLog } from './pod-log.ts';
import type { PodName } from './pod-matter.ts';
import type { TableParts } from './query.ts';
import type { PodHistory } from './store.ts';
import { readWhole } from './whole-log.ts';

/**
 * What is left of what was recorded of a pod. The first events lie in the head, which is kept for longer than events
 * are: they are given only as long as the others.
 */
export async function readPodHistory(
  table: TableParts,
  { cluster, uid }: PodName,
  nowMs: number,
): Promise<PodHistory> {
  const log = await readLog(table, cluster, uid);
  const { head } = log;
  const areOver =
    head !== undefined &&
    head.events.length > 0 &&
    head.eventsExpireAtMs !== null &&
    head.eventsExpireAtMs <= nowMs;
  const left = areOver ? { ...log, entries: log.entries.filter(({ place }) => place > 0) } : log;
  const { events, isComplete } = await readWhole(table, cluster, uid, left);
  if (isComplete && !areOver) return { events };
  return { events, forgottenUntil: events[0]?.occurredAt ?? head?.summary.lastEventAt };
}
