import { createHash } from 'node:crypto';

/**
 * `CLUSTERS#shard` / `cluster`: one small item for each cluster. Each is written every half minute, and all together
 * must not make one partition the busiest of the table.
 */
export const clusterKey = {
  partition(cluster: string): string {
    return clusterKey.partitionOfShard(
      createHash('sha256').update(cluster).digest().readUInt8() % CLUSTER_SHARDS,
    );
  },
  partitionOfShard(shard: number): string {
    return `CLUSTERS#${shard}`;
  },
  format(cluster: string): string {
    return cluster;
  },
  parse(sortKey: string): string {
    return sortKey;
  },
} as const;

export const CLUSTER_SHARDS = 8;
