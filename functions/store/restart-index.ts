import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { deleteOf, putOf, writeAll } from './batch-writer.ts';
import { concurrently } from './concurrently.ts';
import { type RestartKey, restartKey } from './keys/restart-key.ts';
import type { TableParts } from './query.ts';
import { readRecord, recordItem } from './restart-item.ts';
import { isOver } from './expiry.ts';
import { type Retention } from './retention.ts';
import type { Patience } from './throttling.ts';

const CONCURRENCY = 8;

/** Keys of restarts, by their sort keys. */
export type RestartKeys = Map<string, RestartKey>;

/** What the index holds of a pod's restarts. */
export interface Held {
  /** All keys under which there may be something. */
  readonly keys: RestartKeys;
  /** What is said under them; undefined if that is not known. */
  readonly records: readonly RestartRecord[] | undefined;
}

export interface IndexParts {
  readonly table: TableParts;
  readonly patience: Patience;
  readonly clock: () => number;
  readonly retention: Retention;
  readonly restartsChanged: (times: readonly string[]) => Promise<void>;
}

/**
 * Brings a pod's restarts in the index from what it holds to what is wanted, writing no more than differs. Those whose
 * time is over are let be: what was said of them may be gone.
 *
 * @param all those that are wanted
 * @param ours what the caller has written before in the same matter; this adds to it
 */
export async function updateIndex(
  parts: IndexParts,
  held: Held,
  all: readonly RestartRecord[],
  ours: RestartKeys,
): Promise<void> {
  const { table, patience, retention } = parts;
  const nowMs = parts.clock();
  const isKept = (at: string) => !isOver(Date.parse(at), retention.restartsDays, nowMs);
  const wanted = all.filter(({ at }) => isKept(at));
  const wantedKeys = keysOf(wanted);
  const keys = new Map([...held.keys, ...ours].filter(([, key]) => isKept(restartKey.timeOf(key))));
  const stale = [...keys].filter(([key]) => !wantedKeys.has(key)).map(([, key]) => key);
  const said = new Map(held.records?.map((record) => [restartKey.of(record).sortKey, textOf(record)]));
  const differing = wanted.filter((record) => said.get(restartKey.of(record).sortKey) !== textOf(record));

  const known = held.records !== undefined;
  const writes = [
    ...(await concurrently(differing, CONCURRENCY, async (record) => {
      const key = restartKey.of(record);
      const stored = known || !keys.has(key.sortKey) ? undefined : await getRecord(table, key);
      if (stored !== undefined && textOf(stored) === textOf(record)) return [];
      ours.set(key.sortKey, key);
      return [putOf(recordItem(record, retention.restartsDays))];
    })),
    ...(await concurrently(stale, CONCURRENCY, async (key) => {
      if (!known && (await getRecord(table, key)) === undefined) return [];
      ours.set(key.sortKey, key);
      return [deleteOf({ pk: { S: key.partition }, sk: { S: key.sortKey } })];
    })),
  ].flat();
  await writeAll({ ...table, patience }, writes);
  // Also those that were found as wanted: one who wrote them may have died before it could say so.
  const times = [...differing.map(({ at }) => at), ...stale.map((key) => restartKey.timeOf(key))];
  if (times.length > 0) await parts.restartsChanged(times);
}

/** The keys of records. */
export function keysOf(records: readonly RestartRecord[]): RestartKeys {
  return new Map(
    records.map((record) => {
      const key = restartKey.of(record);
      return [key.sortKey, key];
    }),
  );
}

function textOf(record: RestartRecord): string {
  return JSON.stringify(record);
}

/** What the index says under a key; undefined for nothing. */
async function getRecord(
  { client, tableName }: TableParts,
  key: RestartKey,
): Promise<RestartRecord | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { pk: { S: key.partition }, sk: { S: key.sortKey } },
      ConsistentRead: true,
    }),
  );
  return item === undefined ? undefined : readRecord(item);
}
