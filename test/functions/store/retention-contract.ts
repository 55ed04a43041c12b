// What every engine under the store is held to as to things whose time is over.
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { deleteOf, writeAll } from '../../../functions/store/batch-writer.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import type { Item } from '../../../functions/store/pack.ts';
import type { FoldingRule } from '../../../functions/store/pod-matter.ts';
import { createRegistrationTable } from '../../../functions/store/registration-store.ts';
import { readRecord } from '../../../functions/store/restart-item.ts';
import { isExpired } from '../../../functions/store/expiry.ts';
import { type Retention } from '../../../functions/store/retention.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import { restartRecords } from '../../../timeline/reports/restart-records.ts';
import type { Engine } from '../../support/dynamodb.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';
import { briefly } from './restart-contract.ts';

const DAY_MS = 86_400_000;

interface Era {
  readonly startMs: number;
  nowMs: number;
}

/** @param runs how many random cases each property gets */
export function retentionContract(startEngine: () => Promise<Engine>, runs: number): void {
  let engine: Engine;
  let eras = 0;
  /** Each case has a time of its own: counts are of all clusters. */
  const freshEra = (): Era => {
    const startMs = Date.parse('2000-03-01T10:00:00Z') + (eras += 1) * 366 * DAY_MS;
    return { startMs, nowMs: startMs };
  };
  let clusters = 0;
  const freshCluster = () => `kept-${(clusters += 1)}`;
  const patience = { sleep: briefly, random: Math.random };
  const storeWith = (era: Era, retention: Retention, folding?: FoldingRule) =>
    createDynamoStore({
      ...engine,
      clock: () => era.nowMs,
      patience,
      retention,
      ...(folding === undefined ? {} : { folding }),
    });
  const allItems = async (): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await engine.client.send(
        new ScanCommand({
          TableName: engine.tableName,
          ConsistentRead: true,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return items;
  };
  /** In the order of time, without asking every day of years for them. */
  const restartsOf = async (era: Era, cluster: string) =>
    (await allItems())
      .filter((item) => item['pk']?.S?.startsWith('RESTART#') && !isExpired(item, era.nowMs))
      .map(readRecord)
      .filter((record) => record.cluster === cluster)
      .toSorted((a, b) => (a.at.slice(0, -1) < b.at.slice(0, -1) ? -1 : 1));
  /** What DynamoDB does on its own, some time later. */
  const removeExpired = async (era: Era, which: (index: number) => boolean) => {
    const expired = (await allItems())
      .filter((item) => isExpired(item, era.nowMs))
      .filter((_, index) => which(index));
    await writeAll(
      { ...engine, patience },
      expired.map(({ pk, sk }) => deleteOf({ pk: pk!, sk: sk! })),
    );
  };

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  describe('what is kept for a while', () => {
    it('says until when, each as long as its kind, and as its cluster is registered with', async () => {
      const era = { startMs: 0, nowMs: Date.parse('2026-03-01T12:00:00Z') };
      const store = storeWith(
        era,
        { eventsDays: 90, restartsDays: null, rollupsDays: null },
        { after: 3, keep: 1 },
      );
      const [registered, other] = [freshCluster(), freshCluster()];
      await createRegistrationTable(engine).put({
        cluster: registered,
        description: '',
        requestsPerMinute: null,
        tokenIssuer: null,
        retention: { eventsDays: 10, restartsDays: 20, rollupsDays: 30 },
        updatedAt: '2026-03-01T12:00:00.000Z',
      });
      const { events } = tellHistory(
        Array.from({ length: 9 }, () => ({ kind: 'exit-1', ranMs: 60_000, downMs: 2_000 })),
      );
      for (const cluster of [registered, other]) {
        for (let at = 0; at < events.length; at += 8)
          await store.putEvents(cluster, events.slice(at, at + 8));
      }
      era.nowMs += DAY_MS;
      const span = { fromMs: Date.parse('2026-03-01T00:00:00Z'), toMs: Date.parse('2026-03-02T00:00:00Z') };
      await store.countRestarts([span], { by: ['container'], filter: {} });
      const daysOf = (items: readonly Item[], since: string) => [
        ...new Set(
          items.map(({ expiresAt }) =>
            expiresAt?.N === undefined
              ? 'for ever'
              : Math.floor((Number(expiresAt.N) * 1000 - Date.parse(since)) / DAY_MS),
          ),
        ),
      ];
      const items = await allItems();
      const ofPod = (cluster: string, prefix: string) =>
        items.filter(({ pk, sk }) => pk?.S === `POD#${cluster}#${POD.uid}` && sk?.S?.startsWith(prefix));
      const now = '2026-03-01T12:00:00Z';
      expect(['E#', 'C#', 'FOLD', 'HEAD'].map((kind) => daysOf(ofPod(registered, kind), now))).toEqual([
        [10],
        [10],
        [20],
        [20],
      ]);
      expect(['E#', 'C#', 'FOLD', 'HEAD'].map((kind) => daysOf(ofPod(other, kind), now))).toEqual([
        [90],
        [90],
        ['for ever'],
        ['for ever'],
      ]);
      const recordsOf = (cluster: string) =>
        items.filter(({ pk, sk }) => pk?.S?.startsWith('RESTART#') && sk?.S?.includes(`#${cluster}#`));
      expect(recordsOf(registered)).toHaveLength(9);
      expect(daysOf(recordsOf(registered), '2026-03-01T09:00:00Z')).toEqual([20]);
      expect(daysOf(recordsOf(other), now)).toEqual(['for ever']);
      const countsOf = (scope: string) => items.filter(({ pk }) => pk?.S === `ROLLUP#${scope}`);
      const end = '2026-03-02T00:00:00Z';
      expect(daysOf(countsOf(`cluster#${registered}`), end)).toEqual([30]);
      expect(daysOf([...countsOf('clusters'), ...countsOf('states')], end)).toEqual(['for ever']);
      expect(
        daysOf(
          items.filter(({ pk }) => pk?.S?.startsWith(`NODE#${registered}#`)),
          now,
        ),
      ).toEqual([20]);
    });

    it('is not read any more once its time is over, even if it is still there', async () => {
      const era = freshEra();
      const store = storeWith(era, { eventsDays: 30, restartsDays: 60, rollupsDays: 60 });
      const cluster = freshCluster();
      const uid = await putTrace(era, store, cluster, aTrace(cluster, era.startMs, 2, 3_600_000));
      era.nowMs = era.startMs + 40 * DAY_MS;
      expect(await store.podHistory(cluster, uid)).toMatchObject({ events: [] });
      expect((await store.podSummary(cluster, uid))?.summary.restarts).toBe(2);
      expect(await restartsOf(era, cluster)).toHaveLength(2);
      era.nowMs = era.startMs + 61 * DAY_MS;
      expect(await store.podHistory(cluster, uid)).toMatchObject({ events: [] });
      expect(await store.podSummary(cluster, uid)).toBeUndefined();
      expect((await store.pods(cluster, {}, 10)).items).toEqual([]);
      expect(await restartsOf(era, cluster)).toEqual([]);
      const span = { fromMs: era.startMs, toMs: era.startMs + DAY_MS };
      expect((await store.countRestarts([span], { by: ['cluster'], filter: { cluster } }))[0]?.cells).toEqual(
        [],
      );
    });
  });

  describe('a pod that lives for longer than its events are kept', () => {
    it.each([
      ['is folded', { after: 5, keep: 2 }],
      ['says too little to be folded', { after: 1_000, keep: 8 }],
    ])(
      'and %s keeps all its restarts, each once, and who it is',
      async (_, folding) => {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 3, max: 12 }),
            fc.integer({ min: 2, max: 15 }),
            fc.array(fc.boolean(), { minLength: 3, maxLength: 9 }),
            async (size, everyDays, removed) => {
              const era = freshEra();
              const store = storeWith(
                era,
                { eventsDays: 10, restartsDays: null, rollupsDays: null },
                folding,
              );
              const cluster = freshCluster();
              const trace = aTrace(cluster, era.startMs, 9, everyDays * DAY_MS);
              const uid = await putTrace(era, store, cluster, trace, size, (turn) =>
                removeExpired(era, (index) => removed[(index + turn) % removed.length] ?? false),
              );
              const timeline = reconstruct(cluster, uid, trace)!;
              const wanted = restartRecords(timeline, '');
              // To the minute: of one that is told in two parts, the moment of the first stands if the past goes in between.
              const keyOf = ({ at, to, counted }: (typeof wanted)[number]) =>
                `${at.slice(0, 16)} ${to} ${counted}`;
              expect((await restartsOf(era, cluster)).map(keyOf)).toEqual(wanted.map(keyOf));
              const summary = await store.podSummary(cluster, uid);
              const { complete: __, downtimeMs, ...all } = timeline.summary;
              expect(summary).toMatchObject({ pod: timeline.pod, summary: all });
              // How long such a one was down is not known any more, and is not counted.
              expect(summary?.summary.downtimeMs).toBeLessThanOrEqual(downtimeMs);
              expect(summary?.summary.unseen).toBeUndefined();
              const { events, forgottenUntil } = await store.podHistory(cluster, uid);
              expect(forgottenUntil).toBeDefined();
              const ids = new Set(trace.map(({ id }) => id));
              expect(events.every(({ id }) => ids.has(id))).toBe(true);
              expect(events.length).toBeLessThan(trace.length);
              expect(events.at(-1)?.id).toBe(trace.at(-1)?.id);
            },
          ),
          {
            numRuns: runs,
            examples: [
              [4, 10, [false, false, false]],
              [4, 10, [true, false, true]],
              [3, 10, [true, true, true]],
              [5, 10, [false, true, false]],
            ],
          },
        );
      },
      120_000,
    );

    it('is found as long as it says something, however little', async () => {
      const era = freshEra();
      const store = storeWith(era, { eventsDays: 30, restartsDays: 30, rollupsDays: 30 });
      const cluster = freshCluster();
      const [first, ...words] = aTrace(cluster, era.startMs, 1, DAY_MS).filter(
        ({ source }) => source === 'pod',
      );
      await store.putEvents(cluster, [first!]);
      for (const [turn, word] of words.entries()) {
        era.nowMs = era.startMs + (turn + 1) * 20 * DAY_MS;
        await store.putEvents(cluster, [word]);
        await removeExpired(era, () => true);
        expect((await store.pods(cluster, {}, 10)).items).toHaveLength(1);
      }
    });

    it('keeps what comes too late to be judged, and draws nothing from it', async () => {
      const era = freshEra();
      const store = storeWith(era, { eventsDays: 30, restartsDays: null, rollupsDays: null });
      const cluster = freshCluster();
      const trace = aTrace(cluster, era.startMs, 8, 10 * DAY_MS);
      const late = trace[30]!;
      const others = trace.filter((event) => event !== late);
      const uid = await putTrace(era, store, cluster, others, 5);
      const before = await store.podSummary(cluster, uid);
      const restarts = await restartsOf(era, cluster);
      expect(await store.putEvents(cluster, [late])).toEqual(['accepted']);
      expect(await store.putEvents(cluster, [late])).toEqual(['duplicate']);
      expect(await store.podSummary(cluster, uid)).toEqual(before);
      expect((await store.podEvents(cluster, uid)).map(({ id }) => id)).toContain(late.id);
      expect(await restartsOf(era, cluster)).toEqual(restarts);
    });
  });

  describe('counts of restarts that are kept for a shorter time than they', () => {
    it('stay what they were when the restarts are gone', async () => {
      const era = freshEra();
      const store = storeWith(era, { eventsDays: 10, restartsDays: 10, rollupsDays: 365 });
      const cluster = freshCluster();
      const trace = aTrace(cluster, era.startMs, 30, DAY_MS);
      await putTrace(era, store, cluster, trace, 10, () => removeExpired(era, () => true));
      for (let day = 0; day < 12; day += 1) {
        era.nowMs += DAY_MS;
        await store.putEvents(cluster, [{ ...trace[0]!, id: trace[0]!.id }]);
      }
      await removeExpired(era, () => true);
      expect(await restartsOf(era, cluster)).toEqual([]);
      const spans = [
        { fromMs: dayOf(era.startMs), toMs: dayOf(era.startMs) + 31 * DAY_MS },
        { fromMs: dayOf(era.startMs) + 3_600_000, toMs: dayOf(era.startMs) + 31 * DAY_MS },
      ];
      for (const table of await store.countRestarts(spans, { by: ['cluster'], filter: { cluster } })) {
        expect(table.cells.map(({ tally }) => tally.restarts)).toEqual([30]);
      }
    }, 120_000);
  });

  async function putTrace(
    era: Era,
    store: ReturnType<typeof storeWith>,
    cluster: string,
    trace: readonly RecordedEvent[],
    size = 10,
    afterEach: (turn: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<string> {
    for (const [turn, batch] of batchesOf(trace, size).entries()) {
      era.nowMs = Date.parse(batch.at(-1)!.observedAt);
      await store.putEvents(cluster, batch);
      if (turn % 12 === 11) await afterEach(turn);
    }
    const event = trace.find(({ source }) => source === 'docker');
    return event?.source === 'docker' ? (event.pod?.uid ?? '') : '';
  }
}

function aTrace(seed: string, startMs: number, restarts: number, everyMs: number): readonly RecordedEvent[] {
  return churnTrace({
    pods: 1,
    restartsPerPod: restarts,
    startAt: iso(startMs),
    restartEveryMs: everyMs,
    seed,
  });
}

/** What happens together is sent together, in batches of a size. */
function batchesOf(trace: readonly RecordedEvent[], size: number): readonly (readonly RecordedEvent[])[] {
  const batches: RecordedEvent[][] = [];
  let lastMs = -Infinity;
  for (const event of trace) {
    const atMs = Date.parse(event.occurredAt);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === size || atMs - lastMs > 60_000) batches.push([event]);
    else batch.push(event);
    lastMs = atMs;
  }
  return batches;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
