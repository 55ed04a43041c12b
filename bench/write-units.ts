import { BatchWriteItemCommand, CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoStore } from '../functions/store/dynamo-store.ts';
import type { RecordedEvent } from '../timeline/contract/event.ts';
import { startDynamoDbLocalTable } from '../test/support/dynamodb.ts';
import type { Bench } from './bench.ts';
import { type Capacity, meter } from './capacity.ts';
import { agentBatches, recordedTraces } from './recorded-trace.ts';

const NAMES = ['write-units-per-event', 'write-units-vs-naive', 'read-units-per-event-written'] as const;

/**
 * All write units that the lab's recordings cost, sent in the batches of the agent: those of events, heads, their index,
 * restarts, clusters and statements. Over the number of events, and over what the same trace costs in the obvious
 * design: one item for each event, with an index by time and one by workload, each with the whole item.
 */
export const writeUnits: Bench = {
  names: NAMES,
  async run() {
    const engine = await startDynamoDbLocalTable();
    try {
      const consumed = meter(engine.client);
      let nowMs = Date.now();
      const store = createDynamoStore({ ...engine, clock: () => nowMs });
      const traces = recordedTraces();
      for (const { cluster, events } of traces) {
        for (const batch of agentBatches(events)) {
          nowMs = Date.parse(batch.at(-1)?.observedAt ?? '');
          await store.putEvents(cluster, batch);
        }
      }
      const ours = consumed.read();
      const all = traces.flatMap(({ events }) => events);
      const naive = await storeNaively(engine.client, traces, () => consumed.read());
      console.error(shares(ours, all.length));
      return [
        {
          name: NAMES[0],
          value: ours.writeUnits / all.length,
          unit: 'write units/event',
          goal: 0.35,
          better: 'lower',
        },
        {
          name: NAMES[1],
          value: ours.writeUnits / naive.writeUnits,
          unit: 'ratio',
          goal: 0.12,
          better: 'lower',
        },
        {
          name: NAMES[2],
          value: ours.readUnits / all.length,
          unit: 'read units/event',
          goal: null,
          better: 'lower',
        },
      ];
    } finally {
      await engine.close();
    }
  },
};

function shares({ byKind }: Capacity, events: number): string {
  return [...byKind]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, units]) => `${kind} ${(units / events).toFixed(3)}`)
    .join(', ');
}

const NAIVE_TABLE = 'naive';

async function storeNaively(
  client: DynamoDBClient,
  traces: readonly { readonly cluster: string; readonly events: readonly RecordedEvent[] }[],
  read: () => Capacity,
): Promise<Capacity> {
  await createNaiveTable(client);
  read();
  const items = traces.flatMap(({ cluster, events }) =>
    [...new Map(events.map((event) => [event.id, event])).values()].map((event) => naiveItem(cluster, event)),
  );
  for (let at = 0; at < items.length; at += 25) {
    const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [NAIVE_TABLE]: puts } }));
  }
  return read();
}

function naiveItem(cluster: string, event: RecordedEvent) {
  const pod = event.source === 'agent' ? undefined : event.pod;
  return {
    pk: { S: `${cluster}#${pod?.uid ?? ''}` },
    sk: { S: `${event.occurredAt}#${event.id}` },
    day: { S: `${cluster}#${event.occurredAt.slice(0, 10)}` },
    workload: { S: `${cluster}#${pod?.namespace ?? ''}#${pod?.name ?? ''}` },
    event: { S: JSON.stringify(event) },
  };
}

async function createNaiveTable(client: DynamoDBClient): Promise<void> {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const index = (name: string) => ({
    IndexName: name,
    KeySchema: [
      { AttributeName: name, KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  });
  await client.send(
    new CreateTableCommand({
      TableName: NAIVE_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'day', 'workload'].map(text),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [index('day'), index('workload')],
    }),
  );
}
