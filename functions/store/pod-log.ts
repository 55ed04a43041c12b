import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { latest } from '../../timeline/time.ts';
import { distinctInOrder } from './event-order.ts';
import { type Head, readHead } from './head.ts';
import { LOG_PREFIX, logKey } from './keys/log-key.ts';
import { HEAD_SORT_KEY, podKey } from './keys/pod-key.ts';
import { type Item, type Pack, packItem, unpackItem } from './pack.ts';
import { queryPartition, type TableParts } from './query.ts';
import type { PodSummary } from './store.ts';

/**
 * All that is stored of a pod: a log of packs of events, in the order in which they came, and its head.
 *
 * An entry is added only at the place after those that its writer has read (`appendEntry`), so that whoever adds an
 * entry knows all events before it, however many write at once.
 */
export interface PodLog {
  readonly head: Head | undefined;
  /** The events of each entry; those of the head first. */
  readonly entries: readonly (readonly RecordedEvent[])[];
  /** How many entries there are besides the head. */
  readonly places: number;
  /** All events, each once, oldest first. */
  readonly events: readonly RecordedEvent[];
}

/** Reads a pod’s log: everything that any writer had made durable before this call. */
export async function readLog(table: TableParts, cluster: string, uid: string): Promise<PodLog> {
  for (;;) {
    const items = await queryPartition(table, podKey.format(cluster, uid), '');
    const log = logOf(items);
    // The head is read last, and may have been written after the entries were read: then they are read again.
    if (log.head === undefined || log.head.place <= log.places) return log;
  }
}

function logOf(items: readonly Item[]): PodLog {
  const entries: (readonly RecordedEvent[])[] = [];
  let head: Head | undefined;
  let places = 0;
  for (const item of items) {
    const sortKey = item['sk']?.S ?? '';
    if (sortKey === HEAD_SORT_KEY) head = readHead(item);
    if (logKey.parse(sortKey) === undefined) continue;
    entries.push(unpackItem(item));
    places += 1;
  }
  if (head !== undefined) entries.unshift(head.events);
  return { head, entries, places, events: distinctInOrder(entries.flat()) };
}

/**
 * Adds an entry to a pod’s log at the place after `after`. False if another writer has taken that place.
 *
 * @param lastEventAt of the whole log with this entry: so the newest entry tells when the pod was last heard of
 */
export async function appendEntry(
  { client, tableName }: TableParts,
  pod: { readonly cluster: string; readonly uid: string },
  after: number,
  pack: Pack,
  lastEventAt: string,
): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...packItem(podKey.format(pod.cluster, pod.uid), logKey.format(after + 1), pack),
          last: { S: lastEventAt },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Writes a pod’s head in the place of the revision before it. False if another writer was there first. */
export async function putHead({ client, tableName }: TableParts, item: Item): Promise<boolean> {
  const revision = Number(item['rev']?.N);
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: item,
        ...(revision === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'rev = :rev',
              ExpressionAttributeValues: { ':rev': { N: String(revision - 1) } },
            }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** A pod’s summary; undefined if there is none. */
export function readSummary(
  table: TableParts,
  cluster: string,
  uid: string,
): Promise<PodSummary | undefined> {
  return summaryIn(table, podKey.format(cluster, uid));
}

/** The summary in a pod’s partition; undefined if there is none. One read unit: the head, and the newest entry. */
export async function summaryIn(
  { client, tableName }: TableParts,
  partitionKey: string,
): Promise<PodSummary | undefined> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 2,
      KeyConditionExpression: 'pk = :pk AND sk >= :first',
      ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':first': { S: LOG_PREFIX } },
    }),
  );
  const [newest, entry] = items;
  if (newest?.['sk']?.S !== HEAD_SORT_KEY) return undefined;
  const { summary } = readHead(newest);
  const lastEventAt = latest(summary.lastEventAt, entry?.['last']?.S);
  return { ...summary, lastEventAt: lastEventAt ?? summary.lastEventAt };
}
