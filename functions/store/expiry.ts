import type { Item } from './pack.ts';
import { TABLE } from './table.ts';

const DAY_S = 86_400;

/** The attribute by which DynamoDB removes an item; none for what is kept for ever. */
export function expiry(sinceMs: number, days: number | null): Item {
  const atMs = expiryMs(sinceMs, days);
  return atMs === null ? {} : { [TABLE.ttlAttribute]: { N: String(atMs / 1000) } };
}

/** When the time of something is over, in milliseconds since the epoch, whole seconds; null: never. */
export function expiryMs(sinceMs: number, days: number | null): number | null {
  return days === null ? null : (Math.ceil(sinceMs / 1000) + days * DAY_S) * 1000;
}

/** Whether the time of something is over. @param sinceMs as for `expiry` */
export function isOver(sinceMs: number, days: number | null, nowMs: number): boolean {
  return days !== null && sinceMs + days * DAY_S * 1000 <= nowMs;
}

/** Whether an item's time is over: DynamoDB removes it some days late. */
export function isExpired(item: Item, nowMs: number): boolean {
  const expiresAt = item[TABLE.ttlAttribute]?.N;
  return expiresAt !== undefined && Number(expiresAt) * 1000 <= nowMs;
}

/** Those whose time is not over. */
export function unexpired(items: readonly Item[], nowMs: number): readonly Item[] {
  return items.some((item) => isExpired(item, nowMs))
    ? items.filter((item) => !isExpired(item, nowMs))
    : items;
}
