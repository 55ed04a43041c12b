import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { loadTimeline } from '../api/load-timeline.ts';
import { Problem } from '../api/problem.ts';
import { type RestartKey, restartKey } from '../store/keys/restart-key.ts';
import { type TableParts, visitRange } from '../store/query.ts';
import { readRecord } from '../store/restart-item.ts';
import { daysBetween, restartsBetween } from '../store/restart-scan.ts';
import type { Store } from '../store/store.ts';

export interface RestartReader {
  /** What the index says under a key now; undefined for nothing: the restart has another key, or was none. */
  read(key: RestartKey): Promise<RestartRecord | undefined>;
  /** All restarts of the pod, and some of others, from one time up to but not with another. */
  ofPod(pod: RestartRecord, from: string, to: string): Promise<readonly RestartRecord[]>;
  /** All restarts from one time up to but not with another. */
  ofAll(from: string, to: string): Promise<readonly RestartRecord[]>;
  /** Why it restarted, as its timeline says it; undefined if that says nothing of it. */
  explanation(record: RestartRecord): Promise<string | undefined>;
}

/** Reads what is to be told of restarts: strongly consistent, as what is read late is told late. */
export function createRestartReader(table: TableParts, store: Store): RestartReader {
  return {
    async read({ partition, sortKey }) {
      const { Item } = await table.client.send(
        new GetItemCommand({
          TableName: table.tableName,
          Key: { pk: { S: partition }, sk: { S: sortKey } },
          ConsistentRead: true,
        }),
      );
      return Item === undefined ? undefined : readRecord(Item);
    },
    async ofPod(pod, from, to) {
      const records: RestartRecord[] = [];
      for (const day of daysBetween(from, to)) {
        // All restarts of a pod on one day are in one partition.
        const { partition } = restartKey.of({ ...pod, at: `${day}T00:00:00Z` });
        await visitRange(table, partition, restartKey.from(from), restartKey.from(to), (items) => {
          for (const item of items) records.push(readRecord(item));
        });
      }
      return records;
    },
    ofAll: (from, to) => restartsBetween(table, from, to),
    async explanation({ cluster, pod, container, to }) {
      try {
        const { restarts } = await loadTimeline(store, cluster, pod.uid);
        return restarts.find((restart) => restart.container === container && restart.to === to)?.explanation;
      } catch (error) {
        if (error instanceof Problem && error.code === 'pod-not-found') return undefined;
        throw error;
      }
    },
  };
}
