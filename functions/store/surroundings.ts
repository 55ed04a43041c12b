import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { distinctInOrder } from './event-order.ts';
import { PACK_PREFIX } from './keys/pack-key.ts';
import { nodeKey } from './keys/node-key.ts';
import { unpackItem } from './pack.ts';
import { queryPartition, type TableParts } from './query.ts';

/** What is known of the watching and of the node, for a pod on `node` (null: on none that is known), oldest first. */
export async function readSurroundings(
  table: TableParts,
  cluster: string,
  node: string | null,
): Promise<readonly RecordedEvent[]> {
  const keys = [nodeKey.format(cluster, null), ...(node === null ? [] : [nodeKey.format(cluster, node)])];
  const items = await Promise.all(keys.map((key) => queryPartition(table, key, PACK_PREFIX)));
  return distinctInOrder(items.flat().flatMap((item) => unpackItem(item)));
}

/** The surroundings of one cluster's pods while a batch is written: each node's are read once. */
export interface Surroundings {
  of(node: string | null): Promise<readonly RecordedEvent[]>;
  /** Reads them once more; true if there is something new. */
  grew(node: string | null): Promise<boolean>;
}

export function createSurroundings(table: TableParts, cluster: string): Surroundings {
  const known = new Map<string | null, Promise<readonly RecordedEvent[]>>();
  const of = (node: string | null) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const read = readSurroundings(table, cluster, node);
    known.set(node, read);
    return read;
  };
  return {
    of,
    async grew(node) {
      const before = await of(node);
      const now = await readSurroundings(table, cluster, node);
      if (now.length === before.length) return false;
      known.set(node, Promise.resolve(now));
      return true;
    },
  };
}
