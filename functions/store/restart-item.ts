import type { RestartRecord } from '../../timeline/contract/report.ts';
import { UnreadableItemError } from './errors.ts';
import { restartKey } from './keys/restart-key.ts';
import type { Item } from './pack.ts';
import { expiry } from './expiry.ts';

/** Raise when the row below changes. */
const RECORD_VERSION = 1;

/**
 * A record without the words that all records share: a JSON array, about 400 bytes. With its key it stays below a
 * kilobyte, one write unit, for all but the longest names.
 */
type Row = readonly [
  at: string,
  atSeen: 0 | 1,
  cluster: string,
  namespace: string,
  workloadKind: string,
  workloadName: string,
  podName: string,
  podUid: string,
  node: string | null,
  container: string,
  image: string | null,
  cause: RestartRecord['cause'],
  counted: 0 | 1,
  downtimeMs: number | null,
  backoffMs: number,
  from: string,
  to: string,
];

/** @param days for how long it is kept from when it was; null: for ever */
export function recordItem(record: RestartRecord, days: number | null): Item {
  const row: Row = [
    record.at,
    record.atSeen ? 1 : 0,
    record.cluster,
    record.namespace,
    record.workload.kind,
    record.workload.name,
    record.pod.name,
    record.pod.uid,
    record.node,
    record.container,
    record.image,
    record.cause,
    record.counted ? 1 : 0,
    record.downtimeMs,
    record.backoffMs,
    record.from,
    record.to,
  ];
  const { partition, sortKey } = restartKey.of(record);
  return {
    pk: { S: partition },
    sk: { S: sortKey },
    v: { N: String(RECORD_VERSION) },
    row: { S: JSON.stringify(row) },
    ...expiry(Date.parse(record.at), days),
  };
}

/** The record of an item. @throws UnreadableItemError if it is of another version */
export function readRecord(item: Item): RestartRecord {
  const text = item['row']?.S;
  if (item['v']?.N !== String(RECORD_VERSION) || text === undefined) {
    throw new UnreadableItemError(
      `a restart’s item has version ${item['v']?.N ?? 'none'}, not ${RECORD_VERSION}`,
    );
  }
  const [at, atSeen, cluster, namespace, kind, name, podName, uid, node, ...rest] = JSON.parse(text) as Row;
  const [container, image, cause, counted, downtimeMs, backoffMs, from, to] = rest;
  return {
    at,
    atSeen: atSeen === 1,
    cluster,
    namespace,
    workload: { kind, name },
    pod: { name: podName, uid },
    node,
    container,
    image,
    cause,
    counted: counted === 1,
    downtimeMs,
    backoffMs,
    from,
    to,
  };
}
