import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { putOf, writeAll } from '../functions/store/batch-writer.ts';
import { podKey } from '../functions/store/keys/pod-key.ts';
import { logKey } from '../functions/store/keys/log-key.ts';
import { headItem } from '../functions/store/head.ts';
import { packAll, packItem } from '../functions/store/pack.ts';
import { accountOf, digestOf } from '../functions/store/pod-account.ts';
import { createSurroundings } from '../functions/store/surroundings.ts';
import type { Bench, BenchResult } from './bench.ts';
import { type Deployment, deploy } from './deployment.ts';
import { medianRatio, timed } from './measure.ts';
import { churnTrace } from './trace.ts';

const NAME = 'timeline-latency-vs-bare-query';
const PACKED_NAME = 'timeline-latency-vs-packed-query';
const CLUSTER = 'bench';
const SIZES = [
  { events: 100, suffix: '-100', goal: null },
  { events: 1_000, suffix: '', goal: 2 },
  { events: 10_000, suffix: '-10000', goal: null },
] as const;
/** As the agent sends them: what happened within a few seconds. */
const BATCH_SPAN_MS = 5_000;

/**
 * The time to answer with a pod's timeline over HTTP, over that of a bare Query for the same events.
 *
 * Bare are the events as the ingest benchmark's bare writes store them: one item of JSON each. Beside it, only
 * watched, the Query for our own packs: what is spent on top of DynamoDB.
 */
export const timelineLatency: Bench = {
  names: SIZES.flatMap(({ suffix }) => [`${NAME}${suffix}`, `${PACKED_NAME}${suffix}`]),
  async run() {
    const deployment = await deploy();
    try {
      const results: BenchResult[] = [];
      for (const { events, suffix, goal } of SIZES) {
        const uid = await record(deployment, events);
        const rounds = { warmUp: 5, counted: events > 1_000 ? 11 : 41 };
        const ours = () => timed(() => deployment.get(`/v1/clusters/${CLUSTER}/pods/${uid}/timeline`));
        const ratioTo = (partition: string) =>
          medianRatio(rounds, ours, () => timed(() => query(deployment, partition)));
        const common = { unit: 'ratio', better: 'lower' } as const;
        results.push(
          { name: `${NAME}${suffix}`, value: await ratioTo(barePartition(uid)), goal, ...common },
          {
            name: `${PACKED_NAME}${suffix}`,
            value: await ratioTo(podKey.format(CLUSTER, uid)),
            goal: null,
            ...common,
          },
        );
      }
      return results;
    } finally {
      await deployment.close();
    }
  },
};

function barePartition(uid: string): string {
  return `BARE#${uid}`;
}

/** Records a pod with about as many events, each batch a pack of its own, and the same events bare; gives the UID. */
async function record({ client, tableName }: Deployment, events: number): Promise<string> {
  const trace = churnTrace({
    pods: 1,
    restartsPerPod: Math.round(events / 10),
    startAt: '2026-01-31T08:00:00.000Z',
    restartEveryMs: 60_000,
    seed: `latency ${events}`,
  });
  const [first] = trace;
  if (first === undefined || first.source === 'agent' || first.pod === undefined)
    throw new Error('an empty trace');
  const { uid } = first.pod;
  const batches = Map.groupBy(trace, (event) => Math.floor(Date.parse(event.occurredAt) / BATCH_SPAN_MS));
  // The log as `putEvents` would write it, with one head at the end.
  const patience = { sleep: () => Promise.resolve(), random: () => 0 };
  const partition = podKey.format(CLUSTER, uid);
  const packs = [...batches.values()].flatMap((batch) => packAll(batch));
  const items = packs.map((pack, index) => packItem(partition, logKey.entry(index + 1), pack));
  const account = await accountOf(CLUSTER, uid, trace, createSurroundings({ client, tableName }, CLUSTER));
  if (account === undefined) throw new Error('the trace tells of no pod');
  const head = headItem({
    account,
    digest: digestOf(account),
    revision: 1,
    place: packs.length,
    events: [],
    eventsExpireAtMs: null,
    nowMs: Date.parse('2026-01-31T12:00:00Z'),
    days: null,
  });
  const bare = trace.map((event) => ({
    pk: { S: barePartition(uid) },
    sk: { S: `E#${event.occurredAt}#${event.id}` },
    event: { S: JSON.stringify(event) },
  }));
  await writeAll({ client, tableName, patience }, [...items, head, ...bare].map(putOf));
  return uid;
}

async function query({ client, tableName }: Deployment, partition: string): Promise<void> {
  let from: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: partition }, ':prefix': { S: 'E#' } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
}
