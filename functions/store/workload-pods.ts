import type { Workload } from '../../timeline/contract/timeline.ts';
import { compareTimes } from '../../timeline/time.ts';
import { podIndexKey } from './keys/pod-index-key.ts';
import type { Item } from './pack.ts';
import { queryIndex, summariesOf } from './pod-list.ts';
import type { TableParts } from './query.ts';
import type { WorkloadPods, WorkloadQuery } from './store.ts';
import { TABLE } from './table.ts';

/** The index is in the order of names, not of births: so many of its items are looked at for the newest. */
const MAX_LOOKED_AT = 10_000;
const LOOKED_AT_ONCE = 1_000;

/** The newest pods of a workload: the index tells which they are, only their summaries are read. */
export async function listWorkloadPods(
  table: TableParts,
  cluster: string,
  workload: WorkloadQuery,
  limit: number,
): Promise<WorkloadPods> {
  const { namespace, kind, name } = workload;
  const prefix = sortKeyPrefix(workload);
  const found: Item[] = [];
  let startKey: Item | undefined;
  let lookedAt = 0;
  do {
    // Backwards: the names of a CronJob's pods carry the time.
    const page = await queryIndex(table, cluster, prefix, startKey, {
      Limit: LOOKED_AT_ONCE,
      ScanIndexForward: false,
    });
    found.push(...page.items.filter((item) => item['wl']?.S === `${kind}/${name}`));
    lookedAt += page.items.length;
    startKey = page.next;
  } while (startKey !== undefined && lookedAt < MAX_LOOKED_AT);
  const newest = found
    .map((item) => ({ item, firstAt: podIndexKey.firstAt(item[TABLE.podIndex.sortKey]?.S ?? '') }))
    .sort((a, b) => compareTimes(b.firstAt, a.firstAt))
    .slice(0, limit);
  const summaries = await summariesOf(
    table,
    newest.map(({ item }) => item),
  );
  return {
    pods: summaries
      .filter((summary) => summary !== undefined)
      .filter(({ pod }) => pod.namespace === namespace && isOf(pod.workload, workload)),
    leftOut: found.length - newest.length,
    more: startKey !== undefined,
  };
}

function isOf(workload: Workload, { kind, name }: WorkloadQuery): boolean {
  return workload.kind === kind && workload.name === name;
}

/**
 * What the names of a workload's pods begin with: the controllers that Kubernetes brings name them after themselves,
 * cut to 58 characters before the random ending (apiserver, storage/names `maxGeneratedNameLength`). Others may not.
 */
function sortKeyPrefix({ namespace, kind, name }: WorkloadQuery): string {
  switch (kind) {
    case 'Pod':
      return podIndexKey.name(namespace, name);
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'CronJob':
      return podIndexKey.namePrefix(namespace, `${name}-`.slice(0, 58));
    default:
      return podIndexKey.namespace(namespace);
  }
}
