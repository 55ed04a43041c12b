import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { FirehoseTransformationResult } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransform } from '../../../functions/archive/transform.ts';
import type { StreamRecord } from '../../../functions/archive/stream-record.ts';
import { createJsonLog } from '../../../functions/log.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import type { Item } from '../../../functions/store/pack.ts';
import type { Store } from '../../../functions/store/store.ts';
import { ARCHIVE_TABLES } from '../../../infra/archive-tables.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';
import { aLog, containerId } from '../../support/recorded-events.ts';
import { recordingOf } from '../../support/recording.ts';

const WRITTEN_AT = '2026-03-01T12:00:00.000Z';

describe('what was written to the table', () => {
  let engine: Engine;
  let events: readonly RecordedEvent[];
  let items: readonly Item[];
  let store: Store;
  beforeAll(async () => {
    engine = await startDynalite();
    const { client, tableName } = engine;
    events = recordingOf('container-remove');
    const recordedBy = Math.max(...events.map(({ observedAt }) => Date.parse(observedAt))) + 1000;
    store = createDynamoStore({ client, tableName, clock: () => recordedBy });
    // Batch by batch, so that logs have more than a head.
    for (let at = 0; at < events.length; at += 20) await store.putEvents('lab', events.slice(at, at + 20));
    items = (await client.send(new ScanCommand({ TableName: tableName }))).Items ?? [];
  });
  afterAll(() => engine.close());

  it('comes to the archive but for logs, which are kept for the time of events only', async () => {
    const pod = events.find((event) => event.source === 'pod');
    if (pod === undefined) throw new Error('the recording has a pod');
    const log = aLog({ pod: pod.pod, containerId: containerId('first') });
    const cluster = 'with-log';
    await store.putEvents(cluster, [pod, log]);
    const written = (await engine.client.send(new ScanCommand({ TableName: engine.tableName }))).Items ?? [];
    const rows = rowsIn(await transformed(written.map((item) => inserted(item)))).get('events') ?? [];
    const ids = rows.filter((row) => row['cluster'] === cluster).map(({ id }) => id);

    expect(ids).toEqual([pod.id]);
  });

  it('comes to the archive whole: every event once, and every restart', async () => {
    const rows = rowsIn(await transformed(items.map((item) => inserted(item))));
    const archived = rows.get('events') ?? [];
    expect(archived.map(({ id }) => String(id)).toSorted()).toEqual(
      [...new Set(events.map(({ id }) => id))].toSorted(),
    );
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const { id, event } of archived) expect(JSON.parse(String(event))).toEqual(byId.get(String(id)));

    const { items: restarts } = await store.restarts({ from: '2020-01-01T00:00:00Z' }, 100);
    expect(restarts.length).toBeGreaterThan(0);
    expect(
      rows
        .get('restarts')
        ?.map(({ restarted_at }) => restarted_at)
        .toSorted(),
    ).toEqual(restarts.map(({ at }) => at).toSorted());
  });
});

describe('the transformation of changes', () => {
  const restart: Item = {
    pk: { S: 'RESTART#2026-03-01#3' },
    sk: { S: '2026-03-01T10:00:00#lab#uid#web#b' },
    v: { N: '1' },
    row: {
      S: JSON.stringify([
        '2026-03-01T10:00:00Z',
        1,
        'lab',
        'default',
        'Deployment',
        'web',
        'web-1',
        'uid',
        'node1',
        'web',
        'web:1',
        'oom-killed',
        0,
        4000,
        0,
        'a',
        'b',
      ]),
    },
  };

  it('makes of a restart a row of the columns that the catalogue has, on the day of its writing', async () => {
    const [record] = (await transformed([inserted(restart)])).records;
    expect(record).toMatchObject({
      recordId: '0',
      result: 'Ok',
      metadata: { partitionKeys: { table: 'restarts', day: '2026-03-01' } },
    });
    const row = JSON.parse(textOf(record?.data));
    expect(row).toEqual({
      restart_key: '2026-03-01T10:00:00#lab#uid#web#b',
      written_at: WRITTEN_AT,
      sequence: '0000000000000000000000000000000000000111',
      removed: false,
      restarted_at: '2026-03-01T10:00:00Z',
      at_seen: true,
      cluster: 'lab',
      namespace: 'default',
      workload_kind: 'Deployment',
      workload_name: 'web',
      pod_name: 'web-1',
      pod_uid: 'uid',
      node: 'node1',
      container: 'web',
      image: 'web:1',
      cause: 'oom-killed',
      counted: false,
      downtime_ms: 4000,
      backoff_ms: 0,
      from_container: 'a',
      to_container: 'b',
    });
    expect(Object.keys(row).toSorted()).toEqual(ARCHIVE_TABLES.restarts.map(([name]) => name).toSorted());
  });

  it('tells of a restart that was taken back, but not of what only expired', async () => {
    const { NewImage, ...dynamodb } = inserted(restart).dynamodb!;
    expect(NewImage).toBeDefined();
    const removed: StreamRecord = { eventName: 'REMOVE', dynamodb };
    const expired: StreamRecord = { ...removed, userIdentity: { type: 'Service' } };
    const { records } = await transformed([removed, expired]);
    expect(JSON.parse(textOf(records[0]?.data))).toMatchObject({
      restart_key: '2026-03-01T10:00:00#lab#uid#web#b',
      removed: true,
    });
    expect(records[1]?.result).toBe('Dropped');
  });

  it('leaves out what is no event and no restart, and events that are only written again', async () => {
    const summary: Item = { pk: { S: 'CLUSTERS#1' }, sk: { S: 'lab' } };
    const head: Item = { pk: { S: 'POD#lab#uid' }, sk: { S: 'HEAD' }, v: { N: '2' } };
    const { records } = await transformed([inserted(summary), { ...inserted(head), eventName: 'MODIFY' }]);
    expect(records.map(({ result }) => result)).toEqual(['Dropped', 'Dropped']);
  });

  it('fails what it cannot read, says so in the log, and goes on with the rest', async () => {
    const lines: string[] = [];
    const unknown: Item = { ...restart, v: { N: '99' } };
    const { records } = await transformed([inserted(unknown), {}, inserted(restart)], lines);
    expect(records.map(({ result }) => result)).toEqual(['ProcessingFailed', 'ProcessingFailed', 'Ok']);
    expect(lines.join('')).toContain('a restart’s item has version 99, not 1');
    expect(lines.join('')).toContain('keys, time or sequence number are missing');
  });

  it('answers with no more than Lambda carries: what would not fit is failed', async () => {
    const long = inserted({
      ...restart,
      row: { S: restart['row']!.S!.replace('web:1', 'x'.repeat(300_000)) },
    });
    const { records } = await transformed(Array.from({ length: 20 }, () => long));
    expect(records.map(({ result }) => result)).toEqual([
      ...Array.from({ length: 13 }, () => 'Ok'),
      ...Array.from({ length: 7 }, () => 'ProcessingFailed'),
    ]);
  });
});

/** An item as the stream tells of its writing. */
function inserted(item: Item): StreamRecord {
  const wire = (value: AttributeValue) =>
    value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') };
  const image = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, wire(value)]));
  return {
    eventName: 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: Date.parse(WRITTEN_AT) / 1000,
      Keys: { pk: { S: item['pk']!.S! }, sk: { S: item['sk']!.S! } },
      NewImage: image,
      SequenceNumber: '111',
    },
  };
}

function transformed(
  changes: readonly StreamRecord[],
  lines: string[] = [],
): Promise<FirehoseTransformationResult> {
  return createTransform(
    createJsonLog(
      (line) => lines.push(line),
      () => 0,
    ),
  )({
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/archive',
    region: 'eu-west-1',
    records: changes.map((change, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: 0,
      data: Buffer.from(JSON.stringify(change)).toString('base64'),
    })),
  });
}

function rowsIn({ records }: FirehoseTransformationResult): Map<string, Record<string, unknown>[]> {
  const rows = new Map<string, Record<string, unknown>[]>();
  for (const { result, data, metadata } of records) {
    expect(result).not.toBe('ProcessingFailed');
    if (result !== 'Ok') continue;
    const table = metadata?.partitionKeys['table'] ?? '';
    const made = textOf(data)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    rows.set(table, [...(rows.get(table) ?? []), ...made]);
  }
  return rows;
}

function textOf(data: string | undefined): string {
  return Buffer.from(data ?? '', 'base64').toString();
}
