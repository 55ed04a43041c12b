// What every engine under the store is held to as to counts of restarts.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { ReportNotReadyError } from '../../../functions/store/errors.ts';
import type { CountQuery, Store } from '../../../functions/store/store.ts';
import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import { DIMENSIONS } from '../../../timeline/contract/words.ts';
import { reconstruct } from '../../../timeline/reconstruct/reconstruct.ts';
import type { Span } from '../../../timeline/reports/calendar.ts';
import { CellCounter, type CellTable, dimensionsFor } from '../../../timeline/reports/cells.ts';
import { restartRecords } from '../../../timeline/reports/restart-records.ts';
import type { Engine } from '../../support/dynamodb.ts';
import { beforeNext, dieAfter } from '../../support/dynamodb-faults.ts';
import { briefly } from './restart-contract.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param runs how many random cases each property gets */
export function rollupContract(startEngine: () => Promise<Engine>, runs: number): void {
  let engine: Engine;
  let nowMs = 0;
  let store: Store;
  let eras = 0;
  /** Each case has a time of its own: counts are of all clusters. */
  const freshEra = () => Date.parse('2020-01-01T00:00:00Z') + (eras += 1) * 90 * DAY_MS;
  const newStore = (clock = () => nowMs) =>
    createDynamoStore({
      client: engine.client,
      tableName: engine.tableName,
      clock,
      patience: { sleep: briefly, random: Math.random },
    });

  beforeAll(async () => {
    engine = await startEngine();
    store = newStore();
  });
  afterAll(() => engine.close());

  /** Two clusters whose pods restart now and then for some days. */
  const someHistory = (startMs: number, seed: string, everyMs: number) =>
    ['one', 'two'].map((name, index) => ({
      cluster: `${name}-${seed}`,
      events: churnTrace({
        pods: 2 + index,
        restartsPerPod: 4,
        startAt: new Date(startMs + index * 1_234_567).toISOString(),
        restartEveryMs: everyMs,
        seed,
      }),
    }));
  type History = ReturnType<typeof someHistory>;

  const put = async (history: History, choose: (index: number) => boolean, to = store) => {
    for (const { cluster, events } of history) {
      await to.putEvents(
        cluster,
        events.filter((_, index) => choose(index)),
      );
    }
  };

  const queries: readonly CountQuery[] = [
    { by: ['cluster'], filter: {} },
    { by: ['cause'], filter: {} },
    { by: DIMENSIONS, filter: {} },
    { by: ['workload', 'node'], filter: { cause: 'oom-killed' } },
  ];

  const counted = async (spans: readonly Span[]) => {
    const tables = [];
    for (const query of queries) tables.push(await store.countRestarts(spans, query));
    return tables;
  };
  const recounted = (history: Parameters<typeof recount>[0], spans: readonly Span[]) =>
    queries.map((query) => spans.map((span) => recount(history, span, query)));

  describe('counts of restarts', () => {
    it('are those of a recount, whatever comes late, in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 7, maxLength: 31 }),
          fc.integer({ min: 0, max: 59 }),
          async (everyHours, turns, minute) => {
            const startMs = freshEra();
            const history = someHistory(startMs, `late ${startMs}`, everyHours * HOUR_MS + 61_000);
            const spans = [
              { fromMs: startMs - DAY_MS, toMs: startMs + 9 * DAY_MS },
              { fromMs: startMs + minute * 60_000, toMs: startMs + 3 * DAY_MS + minute * 60_000 },
              { fromMs: startMs - 2 * DAY_MS, toMs: startMs + 34 * DAY_MS },
            ];
            const turnOf = (index: number) => turns[index % turns.length];
            // While it happens, a day later, and long after.
            for (const [turn, laterMs] of [2 * HOUR_MS, 3 * DAY_MS, 36 * DAY_MS].entries()) {
              nowMs = startMs + laterMs;
              await put(history, (index) => turnOf(index) === turn);
              const soFar = history.map(({ cluster, events }) => ({
                cluster,
                events: events.filter((_, index) => (turnOf(index) ?? 0) <= turn),
              }));
              expect(await counted(spans)).toEqual(recounted(soFar, spans));
              // Once more, from what was kept.
              expect(await counted(spans)).toEqual(recounted(soFar, spans));
            }
          },
        ),
        { numRuns: runs },
      );
    }, 120_000);

    it('are not spoilt by what is written while they are made', async () => {
      for (const command of ['QueryCommand', 'BatchWriteItemCommand', 'PutItemCommand']) {
        const startMs = freshEra();
        const history = someHistory(startMs, `race ${startMs}`, 5 * HOUR_MS);
        nowMs = startMs + 40 * DAY_MS;
        const other = newStore();
        await put(history, (index) => index % 2 === 0);
        const span = { fromMs: startMs, toMs: startMs + 5 * DAY_MS };
        const race = beforeNext(engine.client, command, () => put(history, () => true, other));
        try {
          await store.countRestarts([span], queries[0]!);
        } finally {
          race.stop();
        }
        expect(race.count()).toBe(1);
        expect(await counted([span])).toEqual(recounted(history, [span]));
      }
    });

    it('are right after whoever made them died in the midst of it', async () => {
      for (let writes = 0; writes < 12; writes += 1) {
        const startMs = freshEra();
        const history = someHistory(startMs, `die ${startMs}`, 7 * HOUR_MS);
        nowMs = startMs + 40 * DAY_MS;
        await put(history, () => true);
        const span = { fromMs: startMs, toMs: startMs + 3 * DAY_MS };
        const fault = dieAfter(engine.client, writes);
        try {
          await store.countRestarts([span], queries[0]!);
        } catch (error) {
          expect(String(error)).toContain('crashed');
        } finally {
          fault.stop();
        }
        expect(await counted([span])).toEqual(recounted(history, [span]));
      }
    });

    it('are of the clusters that the reader may know of', async () => {
      const startMs = freshEra();
      const history = someHistory(startMs, `scope ${startMs}`, 5 * HOUR_MS);
      nowMs = startMs + 40 * DAY_MS;
      await put(history, () => true);
      const [mine] = history;
      const filters = [{ clusters: new Set([mine!.cluster]) }, { cluster: mine!.cluster }];
      const span = { fromMs: startMs, toMs: startMs + 5 * DAY_MS };
      for (const filter of filters) {
        for (const { by } of queries) {
          const [table] = await store.countRestarts([span], { by, filter });
          expect(table).toEqual(recount([mine!], span, { by, filter }));
        }
      }
    });

    it('that take too long are left to the next request, which goes on where this one ended', async () => {
      const startMs = freshEra();
      const history = someHistory(startMs, `slow ${startMs}`, 5 * HOUR_MS);
      nowMs = startMs + 80 * DAY_MS;
      await put(history, () => true);
      const span = { fromMs: startMs, toMs: startMs + 30 * DAY_MS };
      // A fifth of a second goes by at each look at the clock, with each request.
      let looks = 0;
      const slow = newStore(() => nowMs + (looks += 1) * 200);
      let refused = 0;
      for (let tries = 0; tries < 10; tries += 1) {
        try {
          await slow.countRestarts([span], queries[0]!);
          break;
        } catch (error) {
          expect(error).toBeInstanceOf(ReportNotReadyError);
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(5);
      expect(await counted([span])).toEqual(recounted(history, [span]));
    });
  });
}

function recount(
  history: readonly { readonly cluster: string; readonly events: readonly RecordedEvent[] }[],
  { fromMs, toMs }: Span,
  { by, filter }: CountQuery,
): CellTable {
  const counter = new CellCounter(dimensionsFor(by, filter));
  for (const { cluster, events } of history) {
    const uids = new Set(events.flatMap((event) => (event.source === 'agent' ? [] : (event.pod?.uid ?? []))));
    for (const uid of uids) {
      const timeline = reconstruct(cluster, uid, events);
      for (const record of timeline === undefined ? [] : restartRecords(timeline, '')) {
        const atMs = Date.parse(record.at);
        if (atMs >= fromMs && atMs < toMs) counter.addRecord(record, filter);
      }
    }
  }
  return counter.table();
}
