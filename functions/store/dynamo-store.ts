import { randomBytes, randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createClusterLog, listClusters, listClustersNamed } from './cluster-list.ts';
import { createCursorSeal } from './cursor-seal.ts';
import type { EventWriter } from './event-writer.ts';
import { listNamesakes, listPods } from './pod-list.ts';
import { readSummary } from './pod-log.ts';
import type { FoldingRule } from './pod-matter.ts';
import { readPodHistory } from './pod-history.ts';
import type { TableParts } from './query.ts';
import { createRegistrationTable } from './registration-store.ts';
import { listRestarts } from './restart-list.ts';
import { createRetentions, DEFAULT_RETENTION, type Retention } from './retention.ts';
import type { Store } from './store.ts';
import { readSurroundings } from './surroundings.ts';
import { type Patience, sayingBusy } from './throttling.ts';
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
  /** How long things are kept of a cluster whose registration does not say. */
  readonly retention?: Retention;
}

/** How long one request may count before it leaves the rest to the next: a Lambda answers within 29 s. */
const COUNTING_MS = 18_000;
/** How often an instance that writes sees to it that restarts are counted before they go, and for how long at once. */
const TIDY_EVERY_MS = 3_600_000;
const TIDYING_MS = 5_000;

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
  retention = DEFAULT_RETENTION,
}: DynamoStoreParts): Store {
  const table: TableParts = { client, tableName, clock };
  const retentions = createRetentions(createRegistrationTable(table), retention, clock);
  const clusterLog = createClusterLog(table, clock);
  const seal = createCursorSeal(table, randomBytes);

  let writer: EventWriter | undefined;
  const historyOf = (cluster: string, uid: string) => readPodHistory(table, { cluster, uid }, clock());

  let tidyAtMs = -Infinity;
  /** Counts restarts before they go, now and then. */
  const tidy = async (): Promise<void> => {
    const nowMs = clock();
    if (nowMs < tidyAtMs) return;
    tidyAtMs = nowMs + TIDY_EVERY_MS;
    const overview = await retentions.overview();
    if (overview.shortestRestartsDays === null) return;
    const { countFinalUnits } = await import('./rollups/final-units.ts');
    const parts = { table, patience, clock, newToken, overview, deadlineMs: nowMs + TIDYING_MS };
    const isDone = await countFinalUnits(parts);
    if (!isDone) tidyAtMs = nowMs;
  };

  return {
    putEvents: (cluster, events) =>
      sayingBusy(async () => {
        if (events.length > 0) await clusterLog.heard(cluster);
        // Loaded with the first batch, and counting with the first report: who only reads starts without it.
        writer ??= (await import('./event-writer.ts')).createEventWriter({
          table,
          patience,
          clock,
          folding,
          retentions,
        });
        const outcomes = await writer(cluster, events);
        await tidy();
        return outcomes;
      }),
    podEvents: (cluster, uid) => sayingBusy(async () => (await historyOf(cluster, uid)).events),
    podHistory: (cluster, uid) => sayingBusy(() => historyOf(cluster, uid)),
    podSummary: (cluster, uid) => sayingBusy(() => readSummary(table, cluster, uid)),
    surroundings: (cluster, node, during) =>
      sayingBusy(() => readSurroundings(table, cluster, node, during, 'eventual')),
    podsNamed: (cluster, namespace, name) => sayingBusy(() => listNamesakes(table, cluster, namespace, name)),
    workloadPods: (cluster, workload, limit) =>
      sayingBusy(() => listWorkloadPods(table, cluster, workload, limit)),
    pods: (cluster, query, limit, from) => sayingBusy(() => listPods(table, cluster, query, limit, from)),
    restarts: (query, limit, from) =>
      sayingBusy(() => listRestarts({ table, seal, nowMs: clock() }, query, limit, from)),
    countRestarts: (spans, query) =>
      sayingBusy(async () => {
        const { countSpans } = await import('./rollups/count-spans.ts');
        const overview = await retentions.overview();
        const parts = { table, patience, clock, newToken, overview, deadlineMs: clock() + COUNTING_MS };
        return countSpans(parts, spans, query);
      }),
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
