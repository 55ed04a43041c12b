import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { zstdCompressSync } from 'node:zlib';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import type { Bench } from './bench.ts';
import { type Deployment, deploy } from './deployment.ts';
import { medianRatio, timed } from './measure.ts';
import { churnTrace } from './trace.ts';

/** What the agent sends at most at once. */
const BATCH = 500;
const NAME = 'ingest-rate-vs-bare-writes';

/**
 * Events per second through the real route (HTTP, zstd, validation, duplicates, packing, summaries), over those of
 * writing the same events with BatchWriteItem, 25 items of one event at a time, as JSON: the bytes that come in.
 */
export const ingestRate: Bench = {
  names: [NAME],
  async run() {
    const deployment = await deploy();
    try {
      const ratio = await medianRatio(
        { warmUp: 2, counted: 7 },
        async (round) => perSecond(await timed(() => throughRoute(deployment, round)), round),
        async (round) => perSecond(await timed(() => bareWrites(deployment, round)), round),
      );
      return [{ name: NAME, value: ratio, unit: 'ratio', goal: 0.5, better: 'higher' }];
    } finally {
      await deployment.close();
    }
  },
};

/** Eight pods that restart every minute for 25 minutes: 2,048 events. */
function traceOf(round: number): readonly RecordedEvent[] {
  return churnTrace({
    pods: 8,
    restartsPerPod: 25,
    startAt: '2026-01-31T08:00:00.000Z',
    restartEveryMs: 60_000,
    seed: `ingest ${round}`,
  });
}

function perSecond(ms: number, round: number): number {
  return (traceOf(round).length / ms) * 1000;
}

async function throughRoute(deployment: Deployment, round: number): Promise<void> {
  for (const batch of batches(traceOf(round), BATCH)) {
    const body = zstdCompressSync(batch.map((event) => JSON.stringify(event)).join('\n'));
    await deployment.post('/v1/clusters/bench/events', body, {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'zstd',
    });
  }
}

async function bareWrites({ client, tableName }: Deployment, round: number): Promise<void> {
  for (const batch of batches(traceOf(round), 25)) {
    const requests = batch.map(
      (event): WriteRequest => ({
        PutRequest: {
          Item: { pk: { S: `BARE#${round}` }, sk: { S: event.id }, event: { S: JSON.stringify(event) } },
        },
      }),
    );
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}

function batches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
