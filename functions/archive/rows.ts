import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { readHead } from '../store/head.ts';
import { HEAD_SORT_KEY } from '../store/keys/log-key.ts';
import { type Item, unpackItem } from '../store/pack.ts';
import { readRecord } from '../store/restart-item.ts';
import type { Change } from './stream-record.ts';

/** Rows of one of the archive's tables; its columns are in infra/archive-tables.ts. */
export interface Rows {
  readonly table: 'restarts' | 'events';
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/**
 * What a change is to the archive; undefined for nothing. Restarts are archived with each change of what is known of them,
 * their removal included, as a later event can mend an earlier conclusion; raw events once. What expires leaves the
 * table, not the archive.
 *
 * @throws UnreadableItemError for an item of a version that is not known here
 */
export function rowsOf(change: Change): Rows | undefined {
  const { pk, sk, kind, item } = change;
  if (change.expired) return undefined;
  if (pk.startsWith('RESTART#')) return { table: 'restarts', rows: [restartRow(change)] };
  if (kind !== 'INSERT' || item === undefined) return undefined;
  const [type, cluster] = pk.split('#');
  if (cluster === undefined) return undefined;
  if (type === 'POD' && sk === HEAD_SORT_KEY) return eventRows(cluster, readHead(item).events);
  // Entries of a pod's log, and packs of a node: alike in form, and in the beginning of their sort keys.
  if ((type === 'POD' || type === 'NODE') && sk.startsWith('E#')) return eventRows(cluster, unpackItem(item));
  return undefined;
}

function restartRow({ sk, item, writtenAt, sequence }: Change): Rows['rows'][number] {
  const state = { restart_key: sk, written_at: writtenAt, sequence };
  return item === undefined ? { ...state, removed: true } : { ...state, removed: false, ...columnsOf(item) };
}

function columnsOf(item: Item): Rows['rows'][number] {
  const record = readRecord(item);
  return {
    restarted_at: record.at,
    at_seen: record.atSeen,
    cluster: record.cluster,
    namespace: record.namespace,
    workload_kind: record.workload.kind,
    workload_name: record.workload.name,
    pod_name: record.pod.name,
    pod_uid: record.pod.uid,
    node: record.node,
    container: record.container,
    image: record.image,
    cause: record.cause,
    counted: record.counted,
    downtime_ms: record.downtimeMs,
    backoff_ms: record.backoffMs,
    from_container: record.from,
    to_container: record.to,
  };
}

/** All but logs, which are kept no longer than the retention says. */
function eventRows(cluster: string, all: readonly RecordedEvent[]): Rows | undefined {
  const events = all.filter(({ source }) => source !== 'log');
  if (events.length === 0) return undefined;
  return {
    table: 'events',
    rows: events.map((event) => {
      const pod = event.source === 'agent' ? undefined : event.pod;
      return {
        cluster,
        id: event.id,
        source: event.source,
        occurred_at: event.occurredAt,
        pod_uid: pod?.uid ?? null,
        namespace: pod?.namespace ?? null,
        pod_name: pod?.name ?? null,
        event: JSON.stringify(event),
      };
    }),
  };
}
