import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { compareTimes } from '../../timeline/time.ts';
import { concurrently } from './concurrently.ts';
import { cursor } from './cursor.ts';
import { InvalidCursorError } from './errors.ts';
import { podIndexKey } from './keys/pod-index-key.ts';
import { HEAD_SORT_KEY } from './keys/log-key.ts';
import { podKey } from './keys/pod-key.ts';
import type { Item } from './pack.ts';
import { summaryIn } from './pod-log.ts';
import type { TableParts } from './query.ts';
import type { Page, PodQuery, PodSummary } from './store.ts';
import { TABLE } from './table.ts';

/**
 * How many pods one page looks at in the hope of matches; after that it ends with what it has, and a cursor. So a
 * filter that nothing matches costs many small requests, not one that runs into its time limit.
 */
const MAX_LOOKED_AT = 2_000;
/** More pods of one name than this are not told apart by `podsNamed`. */
const MAX_NAMESAKES = 1_000;
/** Each pod's summary is a read of its own, of one unit. */
const CONCURRENCY = 16;

/** One page of a cluster's pods, ordered by namespace, name and birth. */
export async function listPods(
  table: TableParts,
  cluster: string,
  query: PodQuery,
  limit: number,
  from: string | undefined,
): Promise<Page<PodSummary>> {
  const prefix = sortKeyPrefix(query);
  const list = JSON.stringify([cluster, query]);
  const items: PodSummary[] = [];
  let startKey = from === undefined ? undefined : startAt(cluster, prefix, cursor.decode(list, from));
  for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; ) {
    const page = await queryIndex(table, cluster, prefix, startKey, {
      Limit: Math.min(500, MAX_LOOKED_AT - lookedAt),
    });
    const candidates = page.items.filter((item) => mayMatch(item, query));
    while (candidates.length > 0) {
      // As many at once as are still wanted; a few at least, for those that then do not match.
      const some = candidates.splice(0, Math.max(CONCURRENCY, limit - items.length));
      const summaries = await summariesOf(table, some);
      for (const [index, summary] of summaries.entries()) {
        const item = some[index];
        if (item === undefined || summary === undefined || !matches(summary, query)) continue;
        items.push(summary);
        if (items.length < limit) continue;
        const last = page.items.at(-1) === item && page.next === undefined;
        return last ? { items } : { items, cursor: positionOf(cluster, list, item) };
      }
    }
    const lastItem = page.items.at(-1);
    if (page.next === undefined || lastItem === undefined) return { items };
    lookedAt += page.items.length;
    startKey = page.next;
    if (lookedAt >= MAX_LOOKED_AT) return { items, cursor: positionOf(cluster, list, lastItem) };
  }
  return { items };
}

/** Pods of that namespace and name, newest first. */
export async function listNamesakes(
  table: TableParts,
  cluster: string,
  namespace: string,
  name: string,
): Promise<readonly PodSummary[]> {
  const found: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await queryIndex(table, cluster, podIndexKey.name(namespace, name), startKey, {
      Limit: MAX_NAMESAKES - found.length,
      ScanIndexForward: false,
    });
    found.push(...page.items);
    startKey = page.next;
  } while (startKey !== undefined && found.length < MAX_NAMESAKES);
  return (await summariesOf(table, found)).filter((summary) => summary !== undefined);
}

/** The summaries of pods in the index; undefined for one whose head is no longer there. */
export function summariesOf(
  table: TableParts,
  items: readonly Item[],
): Promise<readonly (PodSummary | undefined)[]> {
  return concurrently(items, CONCURRENCY, (item) => summaryIn(table, item['pk']?.S ?? ''));
}

/** One page of the index: of a cluster's pods whose sort keys begin with `prefix`. */
export async function queryIndex(
  { client, tableName }: TableParts,
  cluster: string,
  prefix: string,
  startKey: Item | undefined,
  options: { readonly Limit: number; readonly ScanIndexForward?: boolean },
): Promise<{ readonly items: readonly Item[]; readonly next: Item | undefined }> {
  const { partitionKey, sortKey, name } = TABLE.podIndex;
  const inPartition = `${partitionKey} = :pk`;
  const page = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: name,
      ...options,
      KeyConditionExpression:
        prefix === '' ? inPartition : `${inPartition} AND begins_with(${sortKey}, :prefix)`,
      ExpressionAttributeValues: {
        ':pk': { S: podIndexKey.partition(cluster) },
        ...(prefix === '' ? {} : { ':prefix': { S: prefix } }),
      },
      ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
    }),
  );
  return { items: page.Items ?? [], next: page.LastEvaluatedKey };
}

function sortKeyPrefix({ namespace, name }: PodQuery): string {
  if (namespace === undefined) return '';
  return name === undefined ? podIndexKey.namespace(namespace) : podIndexKey.name(namespace, name);
}

/** What the index alone can tell of a filter. */
function mayMatch(item: Item, { workload, node, restarted }: PodQuery): boolean {
  return (
    (workload === undefined || item['wl']?.S === workload) &&
    (node === undefined || item['node']?.S === node) &&
    (restarted === undefined || (item['rs']?.BOOL ?? false) === restarted)
  );
}

function matches({ pod, summary, lastEventAt }: PodSummary, query: PodQuery): boolean {
  return (
    (query.namespace === undefined || pod.namespace === query.namespace) &&
    (query.name === undefined || pod.name === query.name) &&
    (query.workload === undefined || `${pod.workload.kind}/${pod.workload.name}` === query.workload) &&
    (query.node === undefined || pod.node === query.node) &&
    (query.restarted === undefined || summary.restarts > 0 === query.restarted) &&
    (query.since === undefined || compareTimes(lastEventAt, query.since) >= 0)
  );
}

function positionOf(cluster: string, list: string, item: Item): string {
  const uidPart = (item['pk']?.S ?? '').slice(podKey.prefix(cluster).length);
  return cursor.encode(list, [item[TABLE.podIndex.sortKey]?.S ?? '', uidPart]);
}

function startAt(cluster: string, prefix: string, position: readonly string[]): Item {
  const [sortKey, uidPart, ...rest] = position;
  if (
    typeof sortKey !== 'string' ||
    typeof uidPart !== 'string' ||
    rest.length > 0 ||
    !sortKey.startsWith(prefix)
  ) {
    throw new InvalidCursorError();
  }
  return {
    pk: { S: podKey.prefix(cluster) + uidPart },
    sk: { S: HEAD_SORT_KEY },
    [TABLE.podIndex.partitionKey]: { S: podIndexKey.partition(cluster) },
    [TABLE.podIndex.sortKey]: { S: sortKey },
  };
}
