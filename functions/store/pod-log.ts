import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { latest } from '../../timeline/time.ts';
import { distinctInOrder } from './event-order.ts';
import { type Fold, readFold } from './fold.ts';
import { type Head, readHead } from './head.ts';
import { FOLD_SORT_KEY, HEAD_SORT_KEY, LOG_PREFIX, logKey } from './keys/log-key.ts';
import { podKey } from './keys/pod-key.ts';
import { type Item, type Pack, packItem, unpackItem } from './pack.ts';
import { queryRange, type TableParts } from './query.ts';
import type { PodSummary } from './store.ts';

/** What one batch told of a pod. */
export interface LogEntry {
  /** 0 for the events of the head. */
  readonly place: number;
  readonly events: readonly RecordedEvent[];
}

/**
 * What is needed to bring a pod up to date: a log of packs of events, in the order in which they came, its head, and
 * what came of its older part, the fold.
 *
 * An entry is added only at the place after those that its writer has read (`appendEntry`), so that whoever adds an
 * entry knows all events before it, however many write at once.
 */
export interface PodLog {
  readonly head: Head | undefined;
  readonly fold: Fold | undefined;
  /** Those that are not folded, in order. */
  readonly entries: readonly LogEntry[];
  /** How many entries there are besides the head, folded ones too. */
  readonly places: number;
  /** All events that are not folded and those that stand for the folded ones, each once, oldest first. */
  readonly events: readonly RecordedEvent[];
}

/** How much of a log is read at once: the head, the fold and some entries. Most pods have no more. */
const READ_AT_ONCE = 20;

/** Reads a pod’s log: everything that any writer had made durable before this call. */
export async function readLog(table: TableParts, cluster: string, uid: string): Promise<PodLog> {
  const partitionKey = podKey.format(cluster, uid);
  // Backwards: the head is read before the entries, so that it never knows more than they tell.
  const newest = await queryNewest(table, partitionKey, READ_AT_ONCE);
  const { head, fold, entries } = sortOut(newest);
  const firstWanted = (fold?.place ?? 0) + 1;
  const oldestRead = entries[0]?.place ?? firstWanted;
  const older =
    oldestRead <= firstWanted
      ? []
      : await queryRange(table, partitionKey, logKey.entry(firstWanted), logKey.entry(oldestRead - 1));
  const all = [...sortOut(older).entries, ...entries];
  const unfolded = all.filter(({ place }) => place >= firstWanted);
  if (head !== undefined && fold === undefined) unfolded.unshift({ place: 0, events: head.events });
  return {
    head,
    fold,
    entries: unfolded,
    places: all.at(-1)?.place ?? fold?.place ?? 0,
    events: distinctInOrder([...(fold?.anchors ?? []), ...unfolded.flatMap(({ events }) => events)]),
  };
}

async function queryNewest(
  { client, tableName }: TableParts,
  partitionKey: string,
  limit: number,
): Promise<readonly Item[]> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk AND sk >= :first',
      ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':first': { S: LOG_PREFIX } },
    }),
  );
  return items;
}

function sortOut(items: readonly Item[]): {
  readonly head: Head | undefined;
  readonly fold: Fold | undefined;
  readonly entries: readonly LogEntry[];
} {
  let head: Head | undefined;
  let fold: Fold | undefined;
  const entries: LogEntry[] = [];
  for (const item of items) {
    const sortKey = item['sk']?.S ?? '';
    const place = logKey.placeOf(sortKey);
    if (sortKey === HEAD_SORT_KEY) head = readHead(item);
    else if (sortKey === FOLD_SORT_KEY) fold = readFold(item);
    else if (place !== undefined) entries.push({ place, events: unpackItem(item) });
  }
  return { head, fold, entries: entries.sort((a, b) => a.place - b.place) };
}

/** Entries from one place to another, folded or not. */
export async function readEntries(
  table: TableParts,
  partitionKey: string,
  from: number,
  to: number,
): Promise<readonly LogEntry[]> {
  return sortOut(await queryRange(table, partitionKey, logKey.entry(from), logKey.entry(to))).entries;
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
          ...packItem(podKey.format(pod.cluster, pod.uid), logKey.entry(after + 1), pack),
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
export async function summaryIn(table: TableParts, partitionKey: string): Promise<PodSummary | undefined> {
  // Between the head and the newest entry there may be the fold.
  const [newest, ...others] = await queryNewest(table, partitionKey, 3);
  if (newest?.['sk']?.S !== HEAD_SORT_KEY) return undefined;
  const { summary } = readHead(newest);
  const lastEventAt = others.reduce<string | undefined>(
    (last, item) => latest(last, item['last']?.S),
    summary.lastEventAt,
  );
  return { ...summary, lastEventAt: lastEventAt ?? summary.lastEventAt };
}
