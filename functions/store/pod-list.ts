import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { compareTimes } from '../../timeline/time.ts';
import { cursor } from './cursor.ts';
import { InvalidCursorError } from './errors.ts';
import { podIndexKey } from './keys/pod-index-key.ts';
import { podKey, SUMMARY_SORT_KEY } from './keys/pod-key.ts';
import type { Item } from './pack.ts';
import type { TableParts } from './query.ts';
import type { Page, PodQuery, PodSummary } from './store.ts';
import { summaryOf } from './summary.ts';
import { TABLE } from './table.ts';

/**
 * How many pods one page looks at in the hope of matches; after that it ends with what it has, and a cursor. So a
 * filter that nothing matches costs many small requests, not one that runs into its time limit.
 */
const MAX_LOOKED_AT = 2_000;
/** More pods of one name than this are not told apart by `podsNamed`. */
const MAX_NAMESAKES = 1_000;

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
    for (const item of page.items) {
      const summary = summaryOf(item);
      if (!matches(summary, query)) continue;
      items.push(summary);
      if (items.length === limit) {
        const last = page.items.at(-1) === item && page.next === undefined;
        return last ? { items } : { items, cursor: positionOf(list, item, summary.pod.uid) };
      }
    }
    const lastItem = page.items.at(-1);
    if (page.next === undefined || lastItem === undefined) return { items };
    lookedAt += page.items.length;
    startKey = page.next;
    if (lookedAt >= MAX_LOOKED_AT)
      return { items, cursor: positionOf(list, lastItem, summaryOf(lastItem).pod.uid) };
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
  return found.map((item) => summaryOf(item));
}

async function queryIndex(
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

function positionOf(list: string, item: Item, uid: string): string {
  return cursor.encode(list, [item[TABLE.podIndex.sortKey]?.S ?? '', uid]);
}

function startAt(cluster: string, prefix: string, position: readonly string[]): Item {
  const [sortKey, uid, ...rest] = position;
  if (
    typeof sortKey !== 'string' ||
    typeof uid !== 'string' ||
    rest.length > 0 ||
    !sortKey.startsWith(prefix)
  ) {
    throw new InvalidCursorError();
  }
  return {
    pk: { S: podKey.format(cluster, uid) },
    sk: { S: SUMMARY_SORT_KEY },
    [TABLE.podIndex.partitionKey]: { S: podIndexKey.partition(cluster) },
    [TABLE.podIndex.sortKey]: { S: sortKey },
  };
}
