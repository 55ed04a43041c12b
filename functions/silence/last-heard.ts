import { concurrently } from '../store/concurrently.ts';
import { CLUSTER_SHARDS, clusterKey } from '../store/keys/cluster-key.ts';
import { queryPartition, type TableParts } from '../store/query.ts';
import type { Heard } from './judge.ts';

/** When each cluster was last heard of: eight queries, of some 200 bytes for each cluster. */
export async function readLastHeard(table: TableParts): Promise<readonly Heard[]> {
  const shards = Array.from({ length: CLUSTER_SHARDS }, (_, shard) => clusterKey.partitionOfShard(shard));
  const items = await concurrently(shards, CLUSTER_SHARDS, (partition) =>
    queryPartition(table, partition, ''),
  );
  return items.flat().map((item) => ({
    cluster: clusterKey.parse(item['sk']?.S ?? ''),
    lastHeardAt: item['lastHeardAt']?.S ?? '',
  }));
}
