import { beforeEach, describe, expect, it } from 'vitest';
import type { Notify } from '../../../functions/notify/notifier.ts';
import { createStreamHandler } from '../../../functions/notify/stream-handler.ts';
import { restartKey, type RestartKey } from '../../../functions/store/keys/restart-key.ts';
import { aRestart } from '../../support/restart-records.ts';
import { aRestartChange, sequenceNumber, streamEvent } from '../../support/stream-records.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');
const RESTARTS = [0, 1, 2].map((number) => aRestart({ pod: { name: `web-${number}` } }));

let nowMs: number;
let lines: string[];
let looked: { readonly keys: readonly RestartKey[]; readonly atMs: number; readonly deadlineMs: number }[];
let failing: readonly string[];

beforeEach(() => {
  nowMs = START_MS;
  lines = [];
  looked = [];
  failing = [];
});

const notify: Notify = (keys, deadlineMs) => {
  looked.push({ keys, atMs: nowMs, deadlineMs });
  return Promise.resolve({
    failed: new Set(keys.filter(({ sortKey }) => failing.includes(sortKey))),
    sent: 2,
    refused: 1,
  });
};

function handle(records: Parameters<typeof streamEvent>[0]) {
  const handler = createStreamHandler({
    notify,
    settleMs: 15_000,
    stage: 'prod',
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    clock: () => nowMs,
    write: (line) => lines.push(line),
  });
  return handler(streamEvent(records), { getRemainingTimeInMillis: () => 120_000 });
}

describe('a batch of changes', () => {
  it('is looked at once the youngest has settled, each restart once', async () => {
    const changes = [
      aRestartChange(RESTARTS[0]!, 1, { changedMs: START_MS - 9_000 }),
      aRestartChange(RESTARTS[1]!, 2, { changedMs: START_MS - 4_000 }),
      aRestartChange(RESTARTS[0]!, 3, { changedMs: START_MS - 2_000, eventName: 'MODIFY' }),
    ];
    expect(await handle(changes)).toEqual({ batchItemFailures: [] });
    expect(looked).toEqual([
      {
        keys: [restartKey.of(RESTARTS[0]!), restartKey.of(RESTARTS[1]!)],
        // Fifteen seconds after the youngest, which DynamoDB tells in whole seconds.
        atMs: START_MS + 14_000,
        deadlineMs: START_MS + 120_000,
      },
    ]);
  });

  it('that is old is looked at without waiting', async () => {
    await handle([aRestartChange(RESTARTS[0]!, 1, { changedMs: START_MS - 60_000 })]);
    expect(looked[0]?.atMs).toBe(START_MS);
  });

  it('whose clock goes ahead is not waited for longer than it takes to settle', async () => {
    await handle([aRestartChange(RESTARTS[0]!, 1, { changedMs: START_MS + 3_600_000 })]);
    expect(looked[0]?.atMs).toBe(START_MS + 15_000);
  });

  it('names every change whose restart is to be tried again', async () => {
    failing = [restartKey.of(RESTARTS[1]!).sortKey];
    const numbers = [0, 1, 2, 1].map((index, number) => aRestartChange(RESTARTS[index]!, number));
    expect(await handle(numbers)).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(1) }, { itemIdentifier: sequenceNumber(3) }],
    });
  });

  it('that holds no restart is nothing to wait for', async () => {
    const gone = aRestartChange(RESTARTS[0]!, 1, { eventName: 'REMOVE' });
    const other = aRestartChange(RESTARTS[0]!, 2);
    const head = {
      ...other,
      dynamodb: { ...other.dynamodb, Keys: { pk: { S: 'POD#lab#x' }, sk: { S: 'HEAD' } } },
    };
    expect(await handle([gone, head, { eventName: 'INSERT' }])).toEqual({ batchItemFailures: [] });
    expect(looked).toEqual([]);
    expect(nowMs).toBe(START_MS);
  });

  it('tells CloudWatch how many messages were taken and refused', async () => {
    await handle([aRestartChange(RESTARTS[0]!, 1)]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'podlapse',
              Dimensions: [['stage']],
              Metrics: [{ Name: 'NotificationsSent' }, { Name: 'NotificationsFailed' }],
            },
          ],
        },
        stage: 'prod',
        NotificationsSent: 2,
        NotificationsFailed: 1,
      },
    ]);
  });
});
