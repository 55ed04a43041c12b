import type { Read } from './client/reads.ts';
import { readCount } from './command-line/moments.ts';
import { UsageError } from './command-line/spec.ts';
import { type CommandContext, note, print } from './context.ts';
import { InterruptedError } from './failure.ts';
import { type Column, layTable } from './terminal/table.ts';

/** The largest page that the API gives. */
const PAGE_SIZE = 1_000;
const DEFAULT_LIMIT = 1_000;
const SHORTEST_INTERVAL_S = 1;
const DEFAULT_INTERVAL_S = 2;

export interface ListFlags {
  readonly output?: string | undefined;
  readonly limit?: string | undefined;
  readonly watch?: boolean | undefined;
  readonly interval?: string | undefined;
}

type Listing<T> = Read<{ readonly items: readonly T[]; readonly cursor: string | null }>;

export interface List<T> {
  /** One page; `limit` is how many of it at most. */
  readonly pageAt: (page: { readonly cursor: string | undefined; readonly limit: number }) => Listing<T>;
  readonly columns: readonly Column<T>[];
  /** Followed, they are shown the other way round, so that what is new stands last. */
  readonly isNewestFirst?: boolean;
  /** What to say when there are none. */
  readonly sayNone: () => Promise<string>;
  /** Where there are more than the limit. */
  readonly sayMore: (limit: number) => string;
}

/** Shows a list, or follows it; gives how many there were. @throws InterruptedError when the user ends the following */
export async function showList<T>(context: CommandContext, list: List<T>, flags: ListFlags): Promise<number> {
  if (flags.watch === true) return followList(context, list, flags);
  const limit = flags.limit === undefined ? DEFAULT_LIMIT : readCount(flags.limit, 'limit', 1_000_000);
  const { items, isAll } = await collect(context, list, limit === 0 ? Number.POSITIVE_INFINITY : limit);
  if (flags.output === 'json') print(context, JSON.stringify({ items }, undefined, 2));
  else if (items.length > 0) {
    const table = layTable(list.columns, items, context.look);
    print(context, [table.heading(), ...items.map((item) => table.row(item))].join('\n'));
  } else note(context, await list.sayNone());
  if (!isAll) note(context, list.sayMore(limit));
  return items.length;
}

async function collect<T>(
  { client, progress }: CommandContext,
  { pageAt }: List<T>,
  limit: number,
): Promise<{ readonly items: readonly T[]; readonly isAll: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.read(pageAt({ cursor, limit: Math.min(PAGE_SIZE, limit - items.length) }));
    items.push(...page.items);
    cursor = page.cursor ?? undefined;
    if (cursor !== undefined) progress.say(`${items.length} read ...`);
  } while (cursor !== undefined && items.length < limit);
  progress.wipe();
  return { items, isAll: cursor === undefined };
}

/** Shows the list, and then each item that is new or has changed, until the user ends it. */
async function followList<T>(context: CommandContext, list: List<T>, flags: ListFlags): Promise<never> {
  const { client, around } = context;
  const limit =
    flags.limit === undefined
      ? PAGE_SIZE
      : Math.min(PAGE_SIZE, readCount(flags.limit, 'limit', PAGE_SIZE) || PAGE_SIZE);
  let shown = new Set<string>();
  let row: ((item: T) => string) | undefined;
  const following = client.follow(list.pageAt({ cursor: undefined, limit }), {
    everyMs: intervalMs(flags.interval),
    signal: around.interruption(),
  });
  for await (const { items } of following) {
    const keys = new Map(items.map((item) => [JSON.stringify(item), item]));
    const fresh = [...keys].filter(([key]) => !shown.has(key)).map(([, item]) => item);
    if (list.isNewestFirst === true) fresh.reverse();
    shown = new Set(keys.keys());
    if (flags.output === 'json') {
      for (const item of fresh) print(context, JSON.stringify(item));
      continue;
    }
    if (row === undefined) {
      const table = layTable(list.columns, items, context.look);
      print(context, table.heading());
      row = (item) => table.row(item);
    }
    for (const item of fresh) print(context, row(item));
  }
  throw new InterruptedError();
}

/** @throws UsageError */
export function intervalMs(text: string | undefined): number {
  const seconds = text === undefined ? DEFAULT_INTERVAL_S : readCount(text, 'interval', 86_400);
  if (seconds >= SHORTEST_INTERVAL_S) return seconds * 1_000;
  throw new UsageError(`--interval ${text}: at least ${SHORTEST_INTERVAL_S} second.`);
}
