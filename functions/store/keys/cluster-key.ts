/** `CLUSTERS` / `cluster`: one small item for each cluster. */
export const clusterKey = {
  partition: 'CLUSTERS',
  format(cluster: string): string {
    return cluster;
  },
  parse(sortKey: string): string {
    return sortKey;
  },
} as const;
