import { createHash } from 'node:crypto';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { keyPart } from './key-part.ts';

/**
 * Restarts of one day (UTC) lie in this many partitions. A partition takes 1,000 write units a second, so that 8,000
 * restarts a second of all clusters together are not too many; each page of a list asks all of them.
 */
export const RESTART_SHARDS = 8;

export interface RestartKey {
  readonly partition: string;
  readonly sortKey: string;
}

/**
 * `RESTART#day#shard` / `time#cluster#pod#container#id`: one restart. The time stands without its `Z`, so that text
 * order is time order at every precision; the sort key alone tells any two restarts apart.
 */
export const restartKey = {
  of({ at, cluster, pod, container, to }: RestartRecord): RestartKey {
    const parts = [keyPart(pod.uid, 256), keyPart(container, 256), keyPart(to, 256)];
    return {
      partition: restartKey.partition(dayOf(at), shardOf(`${cluster}/${pod.uid}`)),
      sortKey: [restartKey.from(at), cluster, ...parts].join('#'),
    };
  },
  partition(day: string, shard: number): string {
    return `${RESTART_PREFIX}${day}#${shard}`;
  },
  /** When the restart of a key was. */
  timeOf({ sortKey }: RestartKey): string {
    return `${sortKey.slice(0, sortKey.indexOf('#'))}Z`;
  },
  /** What the sort keys of all restarts at or after `time` are not less than. */
  from(time: string): string {
    return time.slice(0, -1);
  },
} as const;

/** What the partition keys of all restarts begin with. */
export const RESTART_PREFIX = 'RESTART#';

/** The day (UTC) of a time, as `2026-01-31`. */
export function dayOf(time: string): string {
  return time.slice(0, '2026-01-31'.length);
}

function shardOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt16BE() % RESTART_SHARDS;
}
