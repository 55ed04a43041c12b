import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { rememberStatements } from './agent-list.ts';
import { putOf, writeAll } from './batch-writer.ts';
import { createClusterLog, listClusters, listClustersNamed } from './cluster-list.ts';
import { concurrently } from './concurrently.ts';
import { distinctInOrder } from './event-order.ts';
import { nodeKey } from './keys/node-key.ts';
import { bucketOf, PACK_PREFIX } from './keys/pack-key.ts';
import { packByTime, packItem, unpackItem } from './pack.ts';
import { listNamesakes, listPods } from './pod-list.ts';
import { readLog, readSummary } from './pod-log.ts';
import type { FoldingRule, PodWriterParts } from './pod-matter.ts';
import { settlePod } from './pod-writer.ts';
import { queryPartition, type TableParts } from './query.ts';
import { reconsiderRestarts } from './reconsider.ts';
import { listRestarts } from './restart-list.ts';
import { countSpans } from './rollups/count-spans.ts';
import { markLate } from './rollups/rollup-states.ts';
import type { PutOutcome, Store } from './store.ts';
import { createSurroundings, readSurroundings } from './surroundings.ts';
import { type Patience, sayingBusy } from './throttling.ts';
import { readWhole } from './whole-log.ts';
import { listWorkloadPods } from './workload-pods.ts';

export interface DynamoStoreParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly patience?: Patience;
  /** A word that was never used before. */
  readonly newToken?: () => string;
  readonly folding?: FoldingRule;
}

/** Requests under way at once for one batch: enough to hide the latency, few enough for one small Lambda. */
const CONCURRENCY = 12;
/** How long one request may count before it leaves the rest to the next: a Lambda answers within 29 s. */
const COUNTING_MS = 18_000;

/**
 * Bringing a pod up to date reads up to 32 entries, 10 KB or so; a fold costs about ten write units, which are spread
 * over 24 entries.
 */
const FOLDING: FoldingRule = { after: 32, keep: 8 };

const REAL_PATIENCE: Patience = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/**
 * The store on one DynamoDB table (`table.ts`).
 *
 * - What one batch says of one pod is one compressed entry of that pod's log (`pod-log.ts`), the first one mostly part
 *   of the log's head.
 * - What follows from a pod's events, its summary and its restarts in the index across clusters, is brought up to date
 *   before a batch is answered (`pod-writer.ts`). It can be cut off anywhere and repeated.
 * - Events about nodes and the recorder's own statements are packed by time, in a partition for each node and one for
 *   the cluster. They are written first, as they have a bearing on why the batch's pods restarted.
 */
export function createDynamoStore({
  client,
  tableName,
  clock,
  patience = REAL_PATIENCE,
  newToken = randomUUID,
  folding = FOLDING,
}: DynamoStoreParts): Store {
  const table: TableParts = { client, tableName };
  const clusterLog = createClusterLog(table, clock);

  const writerFor = (cluster: string): PodWriterParts => ({
    table,
    patience,
    clock,
    surroundings: createSurroundings(table, cluster),
    folding,
    restartsChanged: (times) => markLate(table, times, clock()),
  });

  /** Gives the ids that were new. */
  const putNodes = async (partitions: readonly (readonly [string, readonly RecordedEvent[]])[]) => {
    const read = await concurrently(partitions, CONCURRENCY, async ([key, events]) => {
      const buckets = [...new Set(events.map((event) => bucketOf(event.occurredAt)))];
      const stored = await concurrently(buckets, CONCURRENCY, (bucket) =>
        queryPartition(table, key, PACK_PREFIX + bucket),
      );
      const known = new Set(stored.flat().flatMap((item) => unpackItem(item).map(({ id }) => id)));
      return { key, packs: packByTime(events.filter(({ id }) => !known.has(id))) };
    });
    await writeAll(
      { client, tableName, patience },
      read.flatMap(({ key, packs }) => packs.map((pack) => putOf(packItem(key, pack.sortKey, pack)))),
    );
    return read.flatMap(({ packs }) => packs.flatMap((pack) => pack.events.map(({ id }) => id)));
  };

  return {
    putEvents: (cluster, events) =>
      sayingBusy(async () => {
        const aboutPods = Map.groupBy(distinctInOrder(events), podUidOf);
        const aboutNodes = Map.groupBy(aboutPods.get(undefined) ?? [], (event) =>
          nodePartition(cluster, event),
        );
        const pods = [...aboutPods].flatMap(([uid, about]) => (uid === undefined ? [] : [{ uid, about }]));
        const statements = events.filter((event) => event.source === 'agent');

        if (events.length > 0) await clusterLog.heard(cluster);
        const accepted = new Set(await putNodes([...aboutNodes]));
        await rememberStatements(table, cluster, statements);
        const writer = writerFor(cluster);
        await concurrently(pods, CONCURRENCY, async ({ uid, about }) => {
          for (const id of await settlePod(writer, { cluster, uid }, about)) accepted.add(id);
        });
        await reconsiderRestarts(writerFor(cluster), cluster, statements);
        return events.map((event): PutOutcome => {
          // The first of an id takes the acceptance, a repetition within the batch finds it taken.
          return accepted.delete(event.id) ? 'accepted' : 'duplicate';
        });
      }),

    podEvents: (cluster, uid) =>
      sayingBusy(async () => {
        const log = await readLog(table, cluster, uid);
        return (await readWhole(table, cluster, uid, log)).events;
      }),
    podSummary: (cluster, uid) => sayingBusy(() => readSummary(table, cluster, uid)),
    surroundings: (cluster, node, during) =>
      sayingBusy(() => readSurroundings(table, cluster, node, during, 'eventual')),
    podsNamed: (cluster, namespace, name) => sayingBusy(() => listNamesakes(table, cluster, namespace, name)),
    workloadPods: (cluster, workload, limit) =>
      sayingBusy(() => listWorkloadPods(table, cluster, workload, limit)),
    pods: (cluster, query, limit, from) => sayingBusy(() => listPods(table, cluster, query, limit, from)),
    restarts: (query, limit, from) => sayingBusy(() => listRestarts(table, query, limit, from, clock())),
    countRestarts: (spans, query) =>
      sayingBusy(() =>
        countSpans({ table, patience, clock, newToken, deadlineMs: clock() + COUNTING_MS }, spans, query),
      ),
    clusters: (limit, from) => sayingBusy(() => listClusters(table, limit, from)),
    clustersNamed: (names) => sayingBusy(() => listClustersNamed(table, names)),
    ping: () =>
      sayingBusy(async () => {
        // Not DescribeTable: that is the control plane, with a low limit, and says little of reading.
        await client.send(
          new GetItemCommand({ TableName: tableName, Key: { pk: { S: 'PING' }, sk: { S: 'PING' } } }),
        );
      }),
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
