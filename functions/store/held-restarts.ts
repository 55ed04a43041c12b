import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { distinctInOrder } from './event-order.ts';
import type { Fold } from './fold.ts';
import { accountOf } from './pod-account.ts';
import type { PodLog } from './pod-log.ts';
import type { PodName, PodWriterParts } from './pod-matter.ts';

/**
 * All restarts that any writer can have put into the index, when the head does not tell: those that follow from the log
 * as the head knew it, and from the log up to any later entry.
 *
 * @param folded the events before the entries, or those that stand for them
 * @param fold what else came of them, if they only stand for them
 * @param fromFirst from the log up to any entry: one who died may have been overtaken before
 */
export async function everHeld(
  { surroundings }: PodWriterParts,
  { cluster, uid }: PodName,
  { head, entries }: PodLog,
  folded: readonly RecordedEvent[],
  fold: Fold | undefined,
  fromFirst: boolean,
): Promise<readonly RestartRecord[]> {
  const known =
    head === undefined || fromFirst ? 0 : entries.filter(({ place }) => place <= head.place).length;
  const events = [...folded, ...entries.slice(0, known).flatMap((entry) => entry.events)];
  const held: RestartRecord[] = [];
  for (const entry of [undefined, ...entries.slice(known)]) {
    events.push(...(entry?.events ?? []));
    const then = await accountOf(cluster, uid, distinctInOrder(events), surroundings, fold);
    held.push(...(then?.records ?? []));
  }
  return held;
}
