import { readEvent, type SpoolBatch } from '../../agent/spool/spool.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';

/** The events of a batch that a spool gave; none where it gave no batch. */
export function eventsOf(batch: Pick<SpoolBatch, 'texts'> | undefined): RecordedEvent[] {
  return (batch?.texts ?? []).map(readEvent);
}
