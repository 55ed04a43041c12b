import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../functions/log.ts';
import { createSilenceCheck } from '../../../functions/silence/check.ts';
import { judgeSilence } from '../../../functions/silence/judge.ts';
import { readSilenceSettings } from '../../../functions/silence/settings.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { clusterKey } from '../../../functions/store/keys/cluster-key.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';
import { aPodRevision } from '../../support/recorded-events.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('the silence of clusters', () => {
  it('is the longest of them; silent is who exceeds the bound', () => {
    const silence = judgeSilence(
      [
        { cluster: 'lab', lastHeardAt: '2026-03-01T11:59:30Z' },
        { cluster: 'old', lastHeardAt: '2026-03-01T10:00:00Z' },
        { cluster: 'edge', lastHeardAt: '2026-03-01T11:00:00Z' },
      ],
      NOW,
      3600,
    );
    expect(silence.batchAgeSeconds).toBe(7200);
    expect(silence.silent).toEqual([{ cluster: 'old', ageSeconds: 7200 }]);
    expect(silence.recording.map(({ cluster }) => cluster)).toEqual(['old', 'edge', 'lab']);
  });

  it('is not that of a cluster that has been gone for a week, nor of none at all', () => {
    const gone = [{ cluster: 'gone', lastHeardAt: '2026-02-22T12:00:00Z' }];
    expect(judgeSilence(gone, NOW, 60)).toEqual({ batchAgeSeconds: 0, silent: [], recording: [] });
    expect(judgeSilence([], NOW, 60).batchAgeSeconds).toBe(0);
  });

  it('is never less than nothing, however the clocks are set', () => {
    const ahead = [{ cluster: 'ahead', lastHeardAt: '2026-03-01T12:00:09Z' }];
    expect(judgeSilence(ahead, NOW, 60).recording).toEqual([{ cluster: 'ahead', ageSeconds: 0 }]);
  });
});

describe('the check of silence', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynalite();
  });
  afterAll(() => engine.close());

  it('tells CloudWatch three metrics, and the log each cluster’s age', async () => {
    const { client, tableName } = engine;
    const store = createDynamoStore({ client, tableName, clock: () => NOW - 20_000 });
    await store.putEvents('lab', [
      aPodRevision({ occurredAt: '2026-03-01T11:59:00Z', resourceVersion: '1' }),
    ]);
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: clusterKey.partition('old') },
          sk: { S: clusterKey.format('old') },
          lastHeardAt: { S: '2026-03-01T10:00:00Z' },
        },
      }),
    );

    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const check = createSilenceCheck({
      table: { client, tableName },
      settings: { tableName, stage: 'prod', silentAfterSeconds: 3600 },
      write,
      log: createJsonLog(write, () => NOW),
      clock: () => NOW,
    });
    await check();

    const [metrics, ...ages] = lines.map((line) => JSON.parse(line));
    expect(metrics).toEqual({
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: 'podlapse',
            Dimensions: [['stage']],
            Metrics: [
              { Name: 'BatchAgeSeconds', Unit: 'Seconds' },
              { Name: 'ClustersSilent', Unit: 'Count' },
              { Name: 'Clusters', Unit: 'Count' },
            ],
          },
        ],
      },
      stage: 'prod',
      BatchAgeSeconds: 7200,
      ClustersSilent: 1,
      Clusters: 2,
    });
    expect(ages).toMatchObject([
      { level: 'warn', message: 'batch age', cluster: 'old', ageSeconds: 7200, silent: true },
      { level: 'info', message: 'batch age', cluster: 'lab', ageSeconds: 20, silent: false },
    ]);
  });
});

describe('the settings of the check', () => {
  const env = { PODLAPSE_TABLE: 'history', PODLAPSE_STAGE: 'prod', PODLAPSE_SILENCE_MINUTES: '60' };

  it('come from the stack', () => {
    expect(readSilenceSettings(env)).toEqual({
      tableName: 'history',
      stage: 'prod',
      silentAfterSeconds: 3600,
    });
  });

  it.each(['PODLAPSE_TABLE', 'PODLAPSE_STAGE', 'PODLAPSE_SILENCE_MINUTES'])('need %s', (name) => {
    expect(() => readSilenceSettings({ ...env, [name]: '' })).toThrow(`${name} is not set`);
  });

  it('refuse minutes that are none', () => {
    expect(() => readSilenceSettings({ ...env, PODLAPSE_SILENCE_MINUTES: 'soon' })).toThrow(
      'PODLAPSE_SILENCE_MINUTES must be a whole number',
    );
  });
});
