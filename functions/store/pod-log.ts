import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { compareTimes, latest } from '../../timeline/time.ts';
import { distinctInOrder } from './event-order.ts';
import { type Fold, readFold } from './fold.ts';
import { type Head, readHead } from './head.ts';
import { FOLD_SORT_KEY, HEAD_SORT_KEY, LOG_PREFIX, logKey } from './keys/log-key.ts';
import { podKey } from './keys/pod-key.ts';
import { type Item, type Pack, packItem, unpackItem } from './pack.ts';
import { IF_ABSENT, ifFollows, putIf } from './put-if.ts';
import { type Consistency, living, queryRange, type TableParts } from './query.ts';
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
  /** Whether some of those that are not folded are there no longer: their time was over. */
  readonly isTorn: boolean;
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
  const { head, fold, entries, lastPlace } = sortOut(table, newest);
  const firstWanted = (fold?.place ?? 0) + 1;
  const oldestRead = entries[0]?.place ?? firstWanted;
  const older =
    oldestRead <= firstWanted ? [] : await readEntries(table, partitionKey, firstWanted, oldestRead - 1);
  const all = [...older, ...entries];
  const unfolded = all.filter(({ place }) => place >= firstWanted);
  const places = Math.max(lastPlace, fold?.place ?? 0, head?.place ?? 0);
  const isTorn = unfolded.length < places - firstWanted + 1;
  if (head !== undefined && fold === undefined) unfolded.unshift({ place: 0, events: head.events });
  return {
    head,
    fold,
    entries: unfolded,
    places,
    isTorn,
    events: distinctInOrder([...(fold?.anchors ?? []), ...unfolded.flatMap(({ events }) => events)]),
  };
}

async function queryNewest(table: TableParts, partitionKey: string, limit: number): Promise<readonly Item[]> {
  const { Items: items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk AND sk >= :first',
      ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':first': { S: LOG_PREFIX } },
    }),
  );
  return items;
}

/** The head and the fold are given even when their time is over: while they are there, their place is taken. */
function sortOut(
  table: TableParts,
  items: readonly Item[],
): {
  readonly head: Head | undefined;
  readonly fold: Fold | undefined;
  readonly entries: readonly LogEntry[];
  /** Of the entries whose time is over, too. */
  readonly lastPlace: number;
} {
  let head: Head | undefined;
  let fold: Fold | undefined;
  const stored: { readonly place: number; readonly item: Item }[] = [];
  for (const item of items) {
    const sortKey = item['sk']?.S ?? '';
    const place = logKey.placeOf(sortKey);
    if (sortKey === HEAD_SORT_KEY) head = readHead(item);
    else if (sortKey === FOLD_SORT_KEY) fold = readFold(item);
    else if (place !== undefined) stored.push({ place, item });
  }
  stored.sort((a, b) => a.place - b.place);
  const entries = stored.flatMap(({ place, item }) =>
    living(table, [item]).map((one) => ({ place, events: unpackItem(one) })),
  );
  return { head, fold, entries, lastPlace: stored.at(-1)?.place ?? 0 };
}

/**
 * A log without what came late, of a time that is folded: for one whose folded events are not all there any more, as
 * then nothing tells what stood around it.
 */
export function withoutLate(log: PodLog): PodLog {
  const { fold } = log;
  if (fold === undefined) return log;
  const entries = log.entries.map(({ place, events }) => ({
    place,
    events: place <= fold.provedTo ? events : events.filter((event) => !isBeforeFold(fold, event)),
  }));
  return {
    ...log,
    entries,
    events: distinctInOrder([...fold.anchors, ...entries.flatMap(({ events }) => events)]),
  };
}

/** Whether an event is of a time that is folded. */
export function isBeforeFold({ foldedUntil }: Fold, { occurredAt }: RecordedEvent): boolean {
  return compareTimes(occurredAt, foldedUntil) <= 0;
}

/**
 * Entries from one place to another, folded or not; all those that are there. They are read at half the price, and once
 * more where one is missing, which may have been written just now.
 */
export async function readEntries(
  table: TableParts,
  partitionKey: string,
  from: number,
  to: number,
): Promise<readonly LogEntry[]> {
  const read = async (consistency: Consistency) =>
    sortOut(table, await queryRange(table, partitionKey, logKey.entry(from), logKey.entry(to), consistency))
      .entries;
  const cheap = await read('eventual');
  return cheap.length === to - from + 1 ? cheap : read('strong');
}

/**
 * Adds an entry to a pod’s log at the place after `after`. False if another writer has taken that place.
 *
 * @param lastEventAt of the whole log with this entry: so the newest entry tells when the pod was last heard of
 * @param expires when its time is over
 */
export function appendEntry(
  table: TableParts,
  pod: { readonly cluster: string; readonly uid: string },
  after: number,
  pack: Pack,
  lastEventAt: string,
  expires: Item,
): Promise<boolean> {
  const item = {
    ...packItem(podKey.format(pod.cluster, pod.uid), logKey.entry(after + 1), pack, expires),
    last: { S: lastEventAt },
  };
  return putIf(table, item, IF_ABSENT);
}

/** Writes a pod’s head in the place of the revision before it. False if another writer was there first. */
export function putHead(table: TableParts, item: Item): Promise<boolean> {
  return putIf(table, item, ifFollows(Number(item['rev']?.N)));
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
  const [newest, ...others] = living(table, await queryNewest(table, partitionKey, 3));
  if (newest?.['sk']?.S !== HEAD_SORT_KEY) return undefined;
  const { summary } = readHead(newest);
  const lastEventAt = others.reduce<string | undefined>(
    (last, item) => latest(last, item['last']?.S),
    summary.lastEventAt,
  );
  return { ...summary, lastEventAt: lastEventAt ?? summary.lastEventAt };
}
