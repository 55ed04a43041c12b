import type { RestartRecord } from '../../timeline/contract/report.ts';
import { concurrently } from './concurrently.ts';
import { dayOf, RESTART_SHARDS, restartKey } from './keys/restart-key.ts';
import { type TableParts, visitRange } from './query.ts';
import { readRecord } from './restart-item.ts';

const CONCURRENCY = 16;
const DAY_MS = 86_400_000;

/** All restarts from `from` up to but not with `to`, in no order, strongly consistent. */
export async function restartsBetween(
  table: TableParts,
  from: string,
  to: string,
): Promise<readonly RestartRecord[]> {
  const records: RestartRecord[] = [];
  await visitRestarts(table, from, to, (record) => records.push(record));
  return records;
}

/** As `restartsBetween`, one by one: a day of many clusters does not fit into memory. */
export async function visitRestarts(
  table: TableParts,
  from: string,
  to: string,
  visit: (record: RestartRecord) => void,
): Promise<void> {
  if (from >= to) return;
  const partitions = daysBetween(from, to).flatMap((day) =>
    Array.from({ length: RESTART_SHARDS }, (_, shard) => restartKey.partition(day, shard)),
  );
  // No sort key is just a time, so that one at `to` is greater than the bound.
  await concurrently(partitions, CONCURRENCY, (partition) =>
    visitRange(table, partition, restartKey.from(from), restartKey.from(to), (items) => {
      for (const item of items) visit(readRecord(item));
    }),
  );
}

/** The days (UTC) that a stretch of time touches, oldest first. */
export function daysBetween(from: string, to: string): readonly string[] {
  const days: string[] = [];
  const lastMs = Date.parse(to) - 1;
  for (let ms = Date.parse(`${dayOf(from)}T00:00:00Z`); ms <= lastMs; ms += DAY_MS) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
