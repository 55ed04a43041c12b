import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { distinctInOrder } from './event-order.ts';
import { podKey } from './keys/pod-key.ts';
import { type PodLog, readEntries } from './pod-log.ts';
import type { TableParts } from './query.ts';
import { reach, readVolumes, type Volume } from './volume.ts';

/** All that was ever recorded of a pod. */
export interface WholeLog {
  readonly volumes: readonly Volume[];
  /** Whether it is all: not so where the time of some was over. */
  readonly isComplete: boolean;
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
  { fold, entries, isTorn }: PodLog,
): Promise<WholeLog> {
  const recent = entries.flatMap(({ events }) => events);
  if (fold === undefined) {
    return { volumes: [], isComplete: !isTorn, folded: [], events: distinctInOrder(recent) };
  }
  const partitionKey = podKey.format(cluster, uid);
  const volumes = await readVolumes(table, partitionKey, fold.place);
  // Entries are kept when they are folded: where a volume is missing, they still tell. Not so where its time was over:
  // they are older than it is.
  const reached = reach(volumes);
  const missing =
    reached >= fold.place || fold.forgotten !== undefined
      ? []
      : await readEntries(table, partitionKey, reached + 1, fold.place);
  const isComplete =
    !isTorn &&
    fold.forgotten === undefined &&
    volumes[0]?.from === 0 &&
    missing.length >= fold.place - reached;
  const folded = [...volumes.flatMap(({ events }) => events), ...missing.flatMap(({ events }) => events)];
  return {
    volumes,
    isComplete,
    folded: distinctInOrder(folded),
    events: distinctInOrder([...folded, ...recent]),
  };
}
