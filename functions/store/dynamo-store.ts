import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { rememberStatements } from './agent-list.ts';
import { writeItems } from './batch-writer.ts';
import { createClusterLog, listClusters } from './cluster-list.ts';
import { concurrently } from './concurrently.ts';
import { distinctInOrder } from './event-order.ts';
import { bucketOf, PACK_PREFIX } from './keys/pack-key.ts';
import { nodeKey } from './keys/node-key.ts';
import { podKey } from './keys/pod-key.ts';
import { type Pack, packEvents, packItem, unpackItem } from './pack.ts';
import { listNamesakes, listPods } from './pod-list.ts';
import { type PodHistory, readPod, readSummary, settleSummary } from './pod-writer.ts';
import { queryPartition, type TableParts } from './query.ts';
import type { PutOutcome, Store } from './store.ts';
import { type Patience, sayingBusy } from './throttling.ts';

export interface DynamoStoreParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly patience?: Patience;
}

/** Requests under way at once for one batch: enough to hide the latency, few enough for one small Lambda. */
const CONCURRENCY = 12;
/** Pods whose history is held in memory at once while a batch is written. */
const PODS_AT_ONCE = 48;

const REAL_PATIENCE: Patience = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/**
 * The store on one DynamoDB table (`table.ts`).
 *
 * - What one batch says of one pod, within ten minutes of the clock, is one compressed item, the *pack* (`pack.ts`).
 * - A batch is written in this order: read what is stored of its pods; put the packs of the events that are new; bring
 *   the summaries up to date (`pod-writer.ts`). It can be cut off anywhere and repeated: packs have the name of their
 *   content, and a summary knows which packs it was made of.
 * - Events about nodes and the recorder's own statements are packed the same way, in a partition for each node and
 *   one for the cluster.
 */
export function createDynamoStore({
  client,
  tableName,
  clock,
  patience = REAL_PATIENCE,
}: DynamoStoreParts): Store {
  const table: TableParts = { client, tableName };
  const clusterLog = createClusterLog(table, clock);

  const putPacks = (partitions: readonly { readonly key: string; readonly packs: readonly Pack[] }[]) =>
    writeItems(
      { client, tableName, patience },
      partitions.flatMap(({ key, packs }) => packs.map((pack) => packItem(key, pack))),
    );

  /** Gives the ids that were new. */
  const putPods = async (cluster: string, pods: readonly (readonly [string, readonly RecordedEvent[]])[]) => {
    const read = await concurrently(pods, CONCURRENCY, async ([uid, events]) => {
      const history = await readPod(table, cluster, uid);
      const packs = packEvents(without(history, events));
      return { uid, key: podKey.format(cluster, uid), history, packs };
    });
    await putPacks(read);
    await concurrently(read, CONCURRENCY, ({ uid, history, packs }) =>
      settleSummary(table, patience, { cluster, uid }, history, packs),
    );
    return idsOf(read);
  };

  const putNodes = async (partitions: readonly (readonly [string, readonly RecordedEvent[]])[]) => {
    const read = await concurrently(partitions, CONCURRENCY, async ([key, events]) => {
      const buckets = [...new Set(events.map((event) => bucketOf(event.occurredAt)))];
      const stored = await concurrently(buckets, CONCURRENCY, (bucket) =>
        queryPartition(table, key, PACK_PREFIX + bucket),
      );
      const known = { events: stored.flat().flatMap((item) => unpackItem(item)) };
      return { key, packs: packEvents(without(known, events)) };
    });
    await putPacks(read);
    return idsOf(read);
  };

  const eventsOf = async (partitionKey: string): Promise<readonly RecordedEvent[]> => {
    const items = await queryPartition(table, partitionKey, PACK_PREFIX);
    return items.flatMap((item) => unpackItem(item));
  };

  return {
    putEvents: (cluster, events) =>
      sayingBusy(async () => {
        const aboutPods = Map.groupBy(distinctInOrder(events), podUidOf);
        const aboutNodes = Map.groupBy(aboutPods.get(undefined) ?? [], (event) =>
          nodePartition(cluster, event),
        );
        aboutPods.delete(undefined);

        const accepted = new Set<string>();
        const accept = (ids: Iterable<string>) => {
          for (const id of ids) accepted.add(id);
        };
        if (events.length > 0) await clusterLog.heard(cluster);
        accept(await putNodes([...aboutNodes]));
        const pods = [...aboutPods].flatMap(([uid, about]) =>
          uid === undefined ? [] : [[uid, about] as const],
        );
        for (let at = 0; at < pods.length; at += PODS_AT_ONCE) {
          accept(await putPods(cluster, pods.slice(at, at + PODS_AT_ONCE)));
        }
        const statements = events.filter((event) => event.source === 'agent');
        await rememberStatements(table, cluster, statements);
        return events.map((event): PutOutcome => {
          // The first of an id takes the acceptance, a repetition within the batch finds it taken.
          return accepted.delete(event.id) ? 'accepted' : 'duplicate';
        });
      }),

    podEvents: (cluster, uid) =>
      sayingBusy(async () => distinctInOrder(await eventsOf(podKey.format(cluster, uid)))),

    podSummary: (cluster, uid) => sayingBusy(() => readSummary(table, cluster, uid)),

    surroundings: (cluster, node) =>
      sayingBusy(async () => {
        const keys = [
          nodeKey.format(cluster, null),
          ...(node === null ? [] : [nodeKey.format(cluster, node)]),
        ];
        return distinctInOrder((await Promise.all(keys.map(eventsOf))).flat());
      }),

    podsNamed: (cluster, namespace, name) => sayingBusy(() => listNamesakes(table, cluster, namespace, name)),
    pods: (cluster, query, limit, from) => sayingBusy(() => listPods(table, cluster, query, limit, from)),
    clusters: (limit, from) => sayingBusy(() => listClusters(table, limit, from)),
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

function without(
  { events: stored }: Pick<PodHistory, 'events'>,
  events: readonly RecordedEvent[],
): readonly RecordedEvent[] {
  const known = new Set(stored.map((event) => event.id));
  return events.filter((event) => !known.has(event.id));
}

function idsOf(read: readonly { readonly packs: readonly Pack[] }[]): readonly string[] {
  return read.flatMap(({ packs }) => packs.flatMap((pack) => pack.events.map((event) => event.id)));
}
