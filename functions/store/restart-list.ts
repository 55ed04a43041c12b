import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RestartRecord } from '../../timeline/contract/report.ts';
import { shift } from '../../timeline/time.ts';
import { concurrently } from './concurrently.ts';
import { cursor } from './cursor.ts';
import type { CursorSeal } from './cursor-seal.ts';
import { InvalidCursorError } from './errors.ts';
import { dayOf, RESTART_SHARDS, restartKey } from './keys/restart-key.ts';
import type { Item } from './pack.ts';
import { living, type TableParts } from './query.ts';
import { readRecord } from './restart-item.ts';
import { daysBetween } from './restart-scan.ts';
import type { Page, RestartFilter, RestartQuery } from './store.ts';

/** What one page looks at in the hope of matches; after that it ends with what it has, and a cursor. */
const MAX_LOOKED_AT = 5_000;
/** Marks a position that is sealed. No sort key begins so. */
const SEALED = '~';
const MAX_DAYS = 31;
/** What is listed when nothing is said of it. */
const DEFAULT_SPAN_MS = 7 * 86_400_000;

export interface RestartListParts {
  readonly table: TableParts;
  readonly seal: CursorSeal;
  readonly nowMs: number;
  readonly maxLookedAt?: number;
}

/**
 * One page of restarts, newest first. A cursor is a place in the order of time, so that what is written meanwhile
 * shifts no page: a restart newer than the first page is not seen, an older one that comes late is.
 *
 * A page that has looked at enough ends at a restart that its reader may not be allowed to know of: that place is
 * sealed. Any other is that of a restart on the page, or the beginning of a day.
 */
export async function listRestarts(
  { table, seal, nowMs, maxLookedAt = MAX_LOOKED_AT }: RestartListParts,
  query: RestartQuery,
  limit: number,
  from: string | undefined,
): Promise<Page<RestartRecord>> {
  const span = from === undefined ? firstSpan(query, nowMs) : await spanAt(query, from, seal);
  const items: RestartRecord[] = [];
  const position = (place: string) => cursor.encode(listOf(query), [place, span.from, span.to]);
  let lastMatch = '';
  let lookedAt = 0;
  const days = daysBetween(span.from, `${dayOf(span.before)}T23:59:59.999Z`).toReversed();
  for (const [index, day] of days.entries()) {
    for await (const item of newestFirst(table, day, restartKey.from(span.from), span.before, limit)) {
      const sortKey = item['sk']?.S ?? '';
      const record = readRecord(item);
      if (matches(record, query)) {
        if (items.length === limit) return { items, cursor: position(lastMatch) };
        items.push(record);
        lastMatch = sortKey;
      }
      lookedAt += 1;
      if (lookedAt >= maxLookedAt) {
        const place = sortKey === lastMatch ? sortKey : SEALED + (await seal.seal(sortKey));
        return { items, cursor: position(place) };
      }
    }
    if (index + 1 === MAX_DAYS && index + 1 < days.length) {
      return { items, cursor: position(`${day}T00:00:00`) };
    }
  }
  return { items };
}

interface Span {
  readonly from: string;
  readonly to: string;
  /** Sort keys are below this one. */
  readonly before: string;
}

function firstSpan({ from, to }: RestartQuery, nowMs: number): Span {
  // A little into the future: the clusters' clocks are not ours.
  const until = to ?? new Date(nowMs + 60_000).toISOString();
  return { from: from ?? shift(until, -DEFAULT_SPAN_MS), to: until, before: restartKey.from(until) };
}

async function spanAt(query: RestartQuery, text: string, seal: CursorSeal): Promise<Span> {
  const [place, from, to, ...rest] = cursor.decode(listOf(query), text);
  if (typeof place !== 'string' || typeof from !== 'string' || typeof to !== 'string' || rest.length > 0) {
    throw new InvalidCursorError();
  }
  const before = place.startsWith(SEALED) ? await seal.open(place.slice(SEALED.length)) : place;
  return { from, to, before };
}

/** Names the list with all its filters; `from` and `to` are in the position, as they may have been left to us. */
function listOf(query: RestartQuery): string {
  const { clusters, ...filters } = query;
  return JSON.stringify(['restarts', filters, clusters === undefined ? null : [...clusters].sort()]);
}

export function matches(record: RestartRecord, filter: RestartFilter): boolean {
  const { cluster, namespace, workload, container, cause, counted, clusters } = filter;
  return (
    (clusters === undefined || clusters.has(record.cluster)) &&
    (cluster === undefined || record.cluster === cluster) &&
    (namespace === undefined || record.namespace === namespace) &&
    (workload === undefined || `${record.workload.kind}/${record.workload.name}` === workload) &&
    (container === undefined || record.container === container) &&
    (cause === undefined || record.cause === cause) &&
    (counted === undefined || record.counted === counted)
  );
}

/** The restarts of a day from the sort key `from` up to but not with `before`, newest first, of all its partitions. */
async function* newestFirst(
  table: TableParts,
  day: string,
  from: string,
  before: string,
  limit: number,
): AsyncGenerator<Item> {
  const pageSize = Math.ceil(limit / RESTART_SHARDS) + 4;
  const shards = await concurrently(
    Array.from({ length: RESTART_SHARDS }, (_, shard) => restartKey.partition(day, shard)),
    RESTART_SHARDS,
    async (partition) => {
      const ask = (startKey: Item | undefined) =>
        queryNewest(table, { partition, from, before }, pageSize, startKey);
      return { ask, ...(await ask(undefined)) };
    },
  );
  for (;;) {
    const newest = shards
      .filter(({ items }) => items.length > 0)
      .reduce<(typeof shards)[number] | undefined>((best, shard) => {
        const [a = '', b = ''] = [best?.items[0]?.['sk']?.S, shard.items[0]?.['sk']?.S];
        return best === undefined || a < b ? shard : best;
      }, undefined);
    const item = newest?.items.shift();
    if (newest === undefined || item === undefined) return;
    yield item;
    while (newest.items.length === 0 && newest.next !== undefined) {
      Object.assign(newest, await newest.ask(newest.next));
    }
  }
}

async function queryNewest(
  table: TableParts,
  { partition, from, before }: { readonly partition: string; readonly from: string; readonly before: string },
  limit: number,
  startKey: Item | undefined,
): Promise<{ items: Item[]; next: Item | undefined }> {
  const page = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :before',
      ExpressionAttributeValues: { ':pk': { S: partition }, ':from': { S: from }, ':before': { S: before } },
      ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
    }),
  );
  const items = living(table, page.Items).filter((item) => (item['sk']?.S ?? '') < before);
  return { items, next: page.LastEvaluatedKey };
}
