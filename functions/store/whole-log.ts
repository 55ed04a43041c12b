import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { distinctInOrder } from './event-order.ts';
import { podKey } from './keys/pod-key.ts';
import { type PodLog, readEntries } from './pod-log.ts';
import type { TableParts } from './query.ts';
import { reach, readVolumes, type Volume } from './volume.ts';

/** All that was ever recorded of a pod. */
export interface WholeLog {
  readonly volumes: readonly Volume[];
  /** Events that are folded, each once, oldest first. */
  readonly folded: readonly RecordedEvent[];
  /** All, each once, oldest first. */
  readonly events: readonly RecordedEvent[];
}

/** Reads what a log does not hold because it is folded. */
export async function readWhole(
  table: TableParts,
  cluster: string,
  uid: string,
  { fold, entries }: PodLog,
): Promise<WholeLog> {
  const recent = entries.flatMap(({ events }) => events);
  if (fold === undefined) return { volumes: [], folded: [], events: distinctInOrder(recent) };
  const partitionKey = podKey.format(cluster, uid);
  const volumes = await readVolumes(table, partitionKey, fold.place);
  // Entries are kept when they are folded: where a volume is missing, they still tell.
  const missing =
    reach(volumes) >= fold.place
      ? []
      : await readEntries(table, partitionKey, reach(volumes) + 1, fold.place);
  const folded = [...volumes.flatMap(({ events }) => events), ...missing.flatMap(({ events }) => events)];
  return { volumes, folded: distinctInOrder(folded), events: distinctInOrder([...folded, ...recent]) };
}
