/** `REGISTERED` / `cluster`: what an administrator said of a cluster. Read at most once a minute by each instance. */
export const registrationKey = {
  partition: 'REGISTERED',
  format(cluster: string): string {
    return cluster;
  },
} as const;
