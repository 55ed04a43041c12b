import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { compareTimes } from '../../timeline/time.ts';

/** Orders events by when they occurred, and those of one moment by id. */
export function compareEvents(a: RecordedEvent, b: RecordedEvent): number {
  const byTime = compareTimes(a.occurredAt, b.occurredAt);
  if (byTime !== 0) return byTime;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The same events, oldest first. */
export function inOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return [...events].sort(compareEvents);
}

/**
 * Each id once, oldest first. Two writers that race can both store an id; where their accounts of it differ (two
 * agents saw the same thing at different moments), the one seen first stands, whatever the order of reading.
 */
export function distinctInOrder(events: Iterable<RecordedEvent>): readonly RecordedEvent[] {
  const byId = new Map<string, RecordedEvent>();
  for (const event of events) {
    const other = byId.get(event.id);
    if (other === undefined || seenEarlier(event, other)) byId.set(event.id, event);
  }
  return inOrder([...byId.values()]);
}

function seenEarlier(a: RecordedEvent, b: RecordedEvent): boolean {
  const bySight = compareTimes(a.observedAt, b.observedAt);
  return bySight === 0 ? JSON.stringify(a) < JSON.stringify(b) : bySight < 0;
}
