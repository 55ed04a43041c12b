import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { dutyOf } from '../../timeline/agents.ts';
import type { AgentEvent } from '../../timeline/contract/agent-event.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { shift } from '../../timeline/time.ts';
import { newestStatements } from './agent-list.ts';
import { distinctInOrder } from './event-order.ts';
import { nodeKey } from './keys/node-key.ts';
import { bucketOf, PACK_PREFIX } from './keys/pack-key.ts';
import { type Item, unpackItem } from './pack.ts';
import { type Consistency, living, queryPartition, queryRange, type TableParts } from './query.ts';
import type { During } from './store.ts';

/** An engine that goes down is found to be away some seconds later; a kubelet tells of a restart within minutes. */
const MARGIN_MS = 10 * 60_000;
/** How many packs are looked at at once for what was last said before. */
const LOOKED_BACK_AT_ONCE = 25;

/**
 * What is known of the watching and of the node, for a pod on `node` (null: on none that is known), oldest first.
 *
 * @param during the time that matters; of what was said before, only what then still held. All of it without.
 */
export async function readSurroundings(
  table: TableParts,
  cluster: string,
  node: string | null,
  during?: During,
  consistency: Consistency = 'strong',
): Promise<readonly RecordedEvent[]> {
  const places = node === null ? [null] : [null, node];
  const events = await Promise.all(
    places.map((place) => readPlace(table, cluster, place, during, consistency)),
  );
  return distinctInOrder(events.flat());
}

async function readPlace(
  table: TableParts,
  cluster: string,
  node: string | null,
  during: During | undefined,
  consistency: Consistency,
): Promise<readonly RecordedEvent[]> {
  const key = nodeKey.format(cluster, node);
  if (during === undefined) return unpack(await queryPartition(table, key, PACK_PREFIX));
  // A pack reaches no further back than the hour in which it begins.
  const hour = bucketOf(moved(during.from, -MARGIN_MS));
  const from = PACK_PREFIX + hour;
  const to = `${PACK_PREFIX}${during.to === undefined ? '' : moved(during.to, MARGIN_MS).slice(0, -1)}~`;
  const [within, newest] = await Promise.all([
    queryRange(table, key, from, to, consistency).then(unpack),
    newestStatements(table, cluster, node, consistency),
  ]);
  return [...within, ...(await heldAt(table, key, hour, newest))];
}

/** A time a little later or earlier; the time itself where the calendar ends, which only a broken clock gets to. */
function moved(time: string, ms: number): string {
  const result = shift(time, ms);
  return /^\d{4}-/.test(result) ? result : time;
}

/** What of the statements before an hour still held then: of each duty the last that began a watch, and all after it. */
async function heldAt(
  table: TableParts,
  key: string,
  hour: string,
  newest: readonly AgentEvent[],
): Promise<readonly AgentEvent[]> {
  const held = newest.filter((statement) => isBefore(statement, hour) && statement.to !== undefined);
  const wanted = new Set(newest.filter((statement) => !held.includes(statement)).map(dutyOf));
  let startKey: Item | undefined;
  while (wanted.size > 0) {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: LOOKED_BACK_AT_ONCE,
        KeyConditionExpression: 'pk = :pk AND sk < :hour',
        ExpressionAttributeValues: { ':pk': { S: key }, ':hour': { S: PACK_PREFIX + hour } },
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      }),
    );
    for (const event of distinctInOrder(unpack(living(table, page.Items))).toReversed()) {
      if (event.source !== 'agent' || !wanted.has(dutyOf(event))) continue;
      held.push(event);
      if (event.to !== undefined) wanted.delete(dutyOf(event));
    }
    startKey = page.LastEvaluatedKey;
    if (startKey === undefined) break;
  }
  return held;
}

function isBefore({ occurredAt }: AgentEvent, hour: string): boolean {
  return bucketOf(occurredAt) < hour;
}

function unpack(items: readonly Item[]): readonly RecordedEvent[] {
  return items.flatMap((item) => unpackItem(item));
}

/** The surroundings of one cluster's pods while a batch is written: each is read once. */
export interface Surroundings {
  /** @param from since when they matter */
  of(node: string | null, from: string): Promise<readonly RecordedEvent[]>;
  /** Reads once more what was read of a node; true if there is something new. */
  grew(node: string | null): Promise<boolean>;
}

export function createSurroundings(table: TableParts, cluster: string): Surroundings {
  const known = new Map<string | null, Map<string, Promise<readonly RecordedEvent[]>>>();
  const of = (node: string | null, from: string) => {
    const ofNode = known.get(node) ?? new Map<string, Promise<readonly RecordedEvent[]>>();
    known.set(node, ofNode);
    const hour = `${bucketOf(from)}:00:00Z`;
    const before = ofNode.get(hour);
    if (before !== undefined) return before;
    const read = readSurroundings(table, cluster, node, { from: hour });
    ofNode.set(hour, read);
    return read;
  };
  return {
    of,
    async grew(node) {
      let grown = false;
      for (const [hour, read] of known.get(node) ?? []) {
        const [before, now] = [await read, await readSurroundings(table, cluster, node, { from: hour })];
        if (now.length !== before.length) grown = true;
        known.get(node)?.set(hour, Promise.resolve(now));
      }
      return grown;
    },
  };
}
