import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { readStanding } from '../../timeline/agents.ts';
import { listStatements } from './agent-list.ts';
import { concurrently } from './concurrently.ts';
import { cursor } from './cursor.ts';
import { InvalidCursorError } from './errors.ts';
import { CLUSTER_SHARDS, clusterKey } from './keys/cluster-key.ts';
import type { Item } from './pack.ts';
import type { TableParts } from './query.ts';
import type { ClusterSummary, Page } from './store.ts';

/** How often an instance of the store says that it heard from a cluster: one write unit each time. */
const HEARD_EVERY_MS = 30_000;
const CONCURRENCY = 12;

/**
 * Remembers when each cluster was heard of. `heard` resolves when the cluster is listed; within half a minute of the
 * last time it does nothing.
 */
export function createClusterLog(table: TableParts, clock: () => number) {
  const lastWriteMs = new Map<string, number>();
  return {
    async heard(cluster: string): Promise<void> {
      const nowMs = clock();
      const beforeMs = lastWriteMs.get(cluster);
      if (beforeMs !== undefined && nowMs - beforeMs < HEARD_EVERY_MS) return;
      await writeHeard(table, cluster, new Date(nowMs).toISOString());
      lastWriteMs.set(cluster, nowMs);
    },
  };
}

async function writeHeard({ client, tableName }: TableParts, cluster: string, now: string): Promise<void> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: clusterKey.partition(cluster) }, sk: { S: clusterKey.format(cluster) } },
        UpdateExpression: 'SET v = :v, firstHeardAt = if_not_exists(firstHeardAt, :now), lastHeardAt = :now',
        ConditionExpression: 'attribute_not_exists(lastHeardAt) OR lastHeardAt < :now',
        ExpressionAttributeValues: { ':now': { S: now }, ':v': { N: '1' } },
      }),
    );
  } catch (error) {
    // Another instance heard from it later still.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** One page of all clusters, by name, with who watches them. */
export async function listClusters(
  table: TableParts,
  limit: number,
  from: string | undefined,
): Promise<Page<ClusterSummary>> {
  const list = 'clusters';
  const after = from === undefined ? '' : nameAt(cursor.decode(list, from));
  const shards = await concurrently(
    Array.from({ length: CLUSTER_SHARDS }, (_, shard) => clusterKey.partitionOfShard(shard)),
    CLUSTER_SHARDS,
    // One more than are shown, of each: so it is known whether any is left.
    (partition) => queryAfter(table, partition, after, limit + 1),
  );
  const byName = shards.flat().sort((a, b) => ((a['sk']?.S ?? '') < (b['sk']?.S ?? '') ? -1 : 1));
  const items = await concurrently(byName.slice(0, limit), CONCURRENCY, (item) => summaryOf(table, item));
  const last = items.at(-1);
  if (byName.length <= limit || last === undefined) return { items };
  return { items, cursor: cursor.encode(list, [last.name]) };
}

async function queryAfter(
  { client, tableName }: TableParts,
  partition: string,
  after: string,
  limit: number,
): Promise<readonly Item[]> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      Limit: limit,
      KeyConditionExpression: after === '' ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: {
        ':pk': { S: partition },
        ...(after === '' ? {} : { ':after': { S: after } }),
      },
    }),
  );
  return items;
}

/** The clusters of these names that were heard of. */
export async function listClustersNamed(
  table: TableParts,
  names: readonly string[],
): Promise<readonly ClusterSummary[]> {
  const found = await concurrently(names, CONCURRENCY, async (name) => {
    const { Item: item } = await table.client.send(
      new GetItemCommand({
        TableName: table.tableName,
        Key: { pk: { S: clusterKey.partition(name) }, sk: { S: clusterKey.format(name) } },
        ConsistentRead: true,
      }),
    );
    return item === undefined ? undefined : summaryOf(table, item);
  });
  return found.filter((summary) => summary !== undefined);
}

async function summaryOf(table: TableParts, item: Item): Promise<ClusterSummary> {
  const name = clusterKey.parse(item['sk']?.S ?? '');
  return {
    name,
    firstHeardAt: item['firstHeardAt']?.S ?? '',
    lastHeardAt: item['lastHeardAt']?.S ?? '',
    ...readStanding(await listStatements(table, name)),
  };
}

function nameAt(position: readonly string[]): string {
  const [name, ...rest] = position;
  if (typeof name !== 'string' || name === '' || rest.length > 0) throw new InvalidCursorError();
  return name;
}
