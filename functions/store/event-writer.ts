import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { rememberStatements } from './agent-list.ts';
import { putOf, writeAll } from './batch-writer.ts';
import { concurrently } from './concurrently.ts';
import { distinctInOrder } from './event-order.ts';
import { nodeKey } from './keys/node-key.ts';
import { bucketOf, PACK_PREFIX } from './keys/pack-key.ts';
import { packByTime, packItem, unpackItem } from './pack.ts';
import type { FoldingRule, PodWriterParts } from './pod-matter.ts';
import { settlePod } from './pod-writer.ts';
import { queryPartition, type TableParts } from './query.ts';
import { reconsiderRestarts } from './reconsider.ts';
import { expiry } from './expiry.ts';
import { type Retention, type Retentions, summariesDaysOf } from './retention.ts';
import { finalBefore } from './rollups/final-units.ts';
import { markLate } from './rollups/rollup-states.ts';
import type { PutOutcome } from './store.ts';
import { createSurroundings } from './surroundings.ts';
import type { Patience } from './throttling.ts';

/** Writes a batch with all that follows from it; says of each event whether it was new. */
export type EventWriter = (
  cluster: string,
  events: readonly RecordedEvent[],
) => Promise<readonly PutOutcome[]>;

export interface EventWriterParts {
  readonly table: TableParts;
  readonly patience: Patience;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly folding: FoldingRule;
  readonly retentions: Retentions;
}

/** Requests under way at once for one batch: enough to hide the latency, few enough for one small Lambda. */
const CONCURRENCY = 12;

/** What the store does with a batch; see `dynamo-store.ts`. */
export function createEventWriter({
  table,
  patience,
  clock,
  folding,
  retentions,
}: EventWriterParts): EventWriter {
  const writerFor = (cluster: string, retention: Retention): PodWriterParts => ({
    table,
    patience,
    clock,
    surroundings: createSurroundings(table, cluster),
    folding,
    retention,
    restartsChanged: async (times) => {
      const nowMs = clock();
      await markLate(table, times, nowMs, finalBefore(nowMs, await retentions.overview()));
    },
  });

  /** Gives the ids that were new. */
  const putNodes = async (
    partitions: readonly (readonly [string, readonly RecordedEvent[]])[],
    retention: Retention,
  ) => {
    const expires = expiry(clock(), summariesDaysOf(retention));
    const read = await concurrently(partitions, CONCURRENCY, async ([key, events]) => {
      const buckets = [...new Set(events.map((event) => bucketOf(event.occurredAt)))];
      const stored = await concurrently(buckets, CONCURRENCY, (bucket) =>
        queryPartition(table, key, PACK_PREFIX + bucket),
      );
      const known = new Set(stored.flat().flatMap((item) => unpackItem(item).map(({ id }) => id)));
      return { key, packs: packByTime(events.filter(({ id }) => !known.has(id))) };
    });
    await writeAll(
      { ...table, patience },
      read.flatMap(({ key, packs }) =>
        packs.map((pack) => putOf(packItem(key, pack.sortKey, pack, expires))),
      ),
    );
    return read.flatMap(({ packs }) => packs.flatMap((pack) => pack.events.map(({ id }) => id)));
  };

  return async (cluster, events) => {
    const aboutPods = Map.groupBy(distinctInOrder(events), podUidOf);
    const aboutNodes = Map.groupBy(aboutPods.get(undefined) ?? [], (event) => nodePartition(cluster, event));
    const pods = [...aboutPods].flatMap(([uid, about]) => (uid === undefined ? [] : [{ uid, about }]));
    const statements = events.filter((event) => event.source === 'agent');

    const retention = await retentions.of(cluster);
    const accepted = new Set(await putNodes([...aboutNodes], retention));
    await rememberStatements(table, cluster, statements);
    const writer = writerFor(cluster, retention);
    await concurrently(pods, CONCURRENCY, async ({ uid, about }) => {
      for (const id of await settlePod(writer, { cluster, uid }, about)) accepted.add(id);
    });
    await reconsiderRestarts(writerFor(cluster, retention), cluster, statements);
    return events.map((event): PutOutcome => {
      // The first of an id takes the acceptance, a repetition within the batch finds it taken.
      return accepted.delete(event.id) ? 'accepted' : 'duplicate';
    });
  };
}

function podUidOf(event: RecordedEvent): string | undefined {
  return event.source === 'agent' ? undefined : event.pod?.uid;
}

function nodePartition(cluster: string, event: RecordedEvent): string {
  const node =
    event.source === 'agent' ? event.agent.node : event.source === 'event' ? event.node : undefined;
  return nodeKey.format(cluster, node ?? null);
}
