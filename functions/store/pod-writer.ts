import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { distinctInOrder } from './event-order.ts';
import { PACK_PREFIX } from './keys/pack-key.ts';
import { podKey, SUMMARY_SORT_KEY } from './keys/pod-key.ts';
import { type Item, type Pack, unpackItem } from './pack.ts';
import { queryPartition, type TableParts } from './query.ts';
import type { PodSummary } from './store.ts';
import { coverOf, type SummaryState, summarise, summaryItem, summaryOf, summaryState } from './summary.ts';
import { type Patience, waitBeforeTry } from './throttling.ts';

/** What is stored of a pod: its events, the keys of their packs, and the state of its summary. */
export interface PodHistory {
  readonly events: readonly RecordedEvent[];
  readonly packKeys: ReadonlySet<string>;
  readonly summary: SummaryState | undefined;
}

/**
 * Reads a pod so that `summary` is never newer than `events`: a writer who then replaces that revision has seen all
 * that it was made of. The two are read side by side; only where the summary was not made of just these packs (another
 * writer is at work, or one crashed) are the events read once more.
 */
export async function readPod(table: TableParts, cluster: string, uid: string): Promise<PodHistory> {
  const partitionKey = podKey.format(cluster, uid);
  const [summary, packs] = await Promise.all([
    readSummaryState(table, partitionKey),
    readPacks(table, partitionKey),
  ]);
  const settled =
    summary === undefined ? packs.packKeys.size === 0 : summary.cover === coverOf(packs.packKeys);
  return { summary, ...(settled ? packs : await readPacks(table, partitionKey)) };
}

/** A pod's summary; undefined if there is none. */
export async function readSummary(
  table: TableParts,
  cluster: string,
  uid: string,
): Promise<PodSummary | undefined> {
  const item = await getSummaryItem(table, podKey.format(cluster, uid));
  return item === undefined ? undefined : summaryOf(item);
}

async function readSummaryState(table: TableParts, partitionKey: string): Promise<SummaryState | undefined> {
  return summaryState(await getSummaryItem(table, partitionKey));
}

async function getSummaryItem(
  { client, tableName }: TableParts,
  partitionKey: string,
): Promise<Item | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { pk: { S: partitionKey }, sk: { S: SUMMARY_SORT_KEY } },
      ConsistentRead: true,
    }),
  );
  return item;
}

async function readPacks(table: TableParts, partitionKey: string): Promise<Omit<PodHistory, 'summary'>> {
  const items = await queryPartition(table, partitionKey, PACK_PREFIX);
  return {
    events: distinctInOrder(items.flatMap((item) => unpackItem(item))),
    packKeys: new Set(items.map((item) => item['sk']?.S ?? '')),
  };
}

/**
 * Brings a pod's summary up to its events, `added` included, which must be durable already.
 *
 * Any number of writers may do this at once: each replaces only the revision that it read before it read the events,
 * and tries anew otherwise. So the last one to write has seen the events of all others that finished, and every
 * finished writer's events are in the summary; a writer that died between its packs and the summary is repaired by
 * its retry, whose events are all duplicates but whose cover does not fit.
 */
export async function settleSummary(
  table: TableParts,
  patience: Patience,
  pod: { readonly cluster: string; readonly uid: string },
  read: PodHistory,
  added: readonly Pack[],
): Promise<void> {
  let history = withPacks(read, added);
  for (let tries = 1; ; tries += 1) {
    const cover = coverOf(history.packKeys);
    if (history.summary?.cover === cover) return;
    if (await replaceSummary(table, pod, history, cover)) return;
    await waitBeforeTry(tries, patience);
    history = await readPod(table, pod.cluster, pod.uid);
  }
}

function withPacks(history: PodHistory, added: readonly Pack[]): PodHistory {
  if (added.length === 0) return history;
  return {
    ...history,
    events: distinctInOrder([...history.events, ...added.flatMap((pack) => pack.events)]),
    packKeys: new Set([...history.packKeys, ...added.map((pack) => pack.sortKey)]),
  };
}

/** Whether the summary could be written; false if another writer was there first. */
async function replaceSummary(
  { client, tableName }: TableParts,
  { cluster, uid }: { readonly cluster: string; readonly uid: string },
  history: PodHistory,
  cover: string,
): Promise<boolean> {
  const summary = summarise(cluster, uid, history.events);
  if (summary === undefined) return true;
  const before = history.summary?.revision;
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: summaryItem(summary, history.events, { revision: (before ?? 0) + 1, cover }),
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'rev = :rev',
              ExpressionAttributeValues: { ':rev': { N: String(before) } },
            }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
