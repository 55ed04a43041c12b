import { createDynamoStore } from '../functions/store/dynamo-store.ts';
import { beginCounts } from '../functions/store/rollups/rollup-states.ts';
import { keepCount } from '../functions/store/rollups/count-units.ts';
import type { Store } from '../functions/store/store.ts';
import { CAUSES } from '../timeline/contract/words.ts';
import { DIMENSIONS } from '../timeline/contract/words.ts';
import { cutSpan, type Interval, type Span, zoneNamed } from '../timeline/reports/calendar.ts';
import { CellCounter, type CellTable } from '../timeline/reports/cells.ts';
import { buildReport } from '../timeline/reports/report.ts';
import { type Unit, unitAt } from '../timeline/reports/units.ts';
import { type Engine, startDynalite, startDynamoDbLocalTable } from '../test/support/dynamodb.ts';
import type { Bench } from './bench.ts';
import { meter } from './capacity.ts';
import { timed } from './measure.ts';

const MONTH_UNITS = 'read-units-report-30d-200-clusters';
const YEAR_UNITS = 'read-units-report-year-200-clusters';
const MONTH_MS = 'report-30d-200-clusters-ms';
const YEAR_MS = 'report-year-200-clusters-ms';

const CLUSTERS = 200;
const RESTARTS = 1_000_000;
const DAYS = 30;
/** Different workloads, causes and nodes of one cluster that restart on one day. */
const CELLS_A_DAY = 60;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse('2025-06-01T00:00:00Z');
const NOW_MS = Date.parse('2026-06-02T00:00:00Z');

/**
 * What a report of 30 days by day and cluster reads, over 200 clusters and a million restarts, and one of a year by
 * month: of counts that are kept, as the store itself keeps them. And how long the same takes on the embedded engine.
 */
export const reportUnits: Bench = {
  names: [MONTH_UNITS, YEAR_UNITS, MONTH_MS, YEAR_MS],
  async run() {
    const units = await withCounts(startDynamoDbLocalTable, async (store, engine) => {
      const consumed = meter(engine.client);
      await monthReport(store);
      const month = consumed.read().readUnits;
      await yearReport(store);
      return { month, year: consumed.read().readUnits };
    });
    const times = await withCounts(startDynalite, async (store) => ({
      month: await timed(() => monthReport(store)),
      year: await timed(() => yearReport(store)),
    }));
    return [
      { name: MONTH_UNITS, value: units.month, unit: 'read units', goal: 50, better: 'lower' },
      { name: YEAR_UNITS, value: units.year, unit: 'read units', goal: 50, better: 'lower' },
      { name: MONTH_MS, value: times.month, unit: 'ms', goal: 2_000, better: 'lower' },
      { name: YEAR_MS, value: times.year, unit: 'ms', goal: 2_000, better: 'lower' },
    ];
  },
};

const monthReport = (store: Store) =>
  report(store, { fromMs: NOW_MS - (DAYS + 1) * DAY_MS, toMs: NOW_MS - DAY_MS }, 'day');
const yearReport = (store: Store) => report(store, { fromMs: FIRST_MS, toMs: NOW_MS - DAY_MS }, 'month');

async function report(store: Store, span: Span, interval: Interval): Promise<void> {
  const pieces = cutSpan(span, interval, zoneNamed('UTC'));
  const tables = await store.countRestarts(pieces, { by: ['cluster'], filter: {} });
  const counted = pieces.flatMap((piece, index) => {
    const table = tables[index];
    return table === undefined ? [] : [{ span: piece, table }];
  });
  const made = buildReport(
    { span, timeZone: 'UTC', by: ['cluster'], order: 'restarts', top: 100, causes: false },
    counted,
    undefined,
    true,
  );
  if (made.totals.restarts < RESTARTS) throw new Error(`only ${made.totals.restarts} restarts were counted`);
}

async function withCounts<T>(
  start: () => Promise<Engine>,
  work: (store: Store, engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await start();
  try {
    const { client, tableName } = engine;
    const parts = {
      table: { client, tableName },
      patience: { sleep: () => Promise.resolve(), random: () => 0 },
      overview: { shortestRestartsDays: null, longestCountsDays: null, countsDaysOf: () => null },
    };
    const days = Array.from({ length: DAYS + 1 }, (_, day) => unitAt('day', NOW_MS - (day + 1) * DAY_MS));
    const months = Array.from({ length: 12 }, (_, month) =>
      unitAt('month', FIRST_MS + month * 30.5 * DAY_MS),
    );
    for (const unit of [...days, ...months]) {
      const token = `${unit.level} ${unit.fromMs}`;
      await beginCounts(parts, [unit], token);
      await keepCount(parts, unit, token, countsOf(unit));
    }
    return await work(createDynamoStore({ ...engine, clock: () => NOW_MS }), engine);
  } finally {
    await engine.close();
  }
}

/** As many restarts as a million in 30 days come to, divided among the clusters' workloads. */
function countsOf({ fromMs, toMs }: Unit): CellTable {
  const restartsACell = Math.ceil(
    (RESTARTS / DAYS) * ((toMs - fromMs) / DAY_MS) * (1 / (CLUSTERS * CELLS_A_DAY)),
  );
  const counter = new CellCounter(DIMENSIONS);
  for (let cluster = 0; cluster < CLUSTERS; cluster += 1) {
    for (let cell = 0; cell < CELLS_A_DAY; cell += 1) {
      const mix = (cluster * 31 + cell * 17 + fromMs / DAY_MS) % 97;
      const restarts = Math.max(1, restartsACell + (mix % 3) - 1);
      counter.addTable({
        dimensions: DIMENSIONS,
        cells: [
          {
            values: [
              `cluster-${cluster}.example`,
              `team-${cell % 7}`,
              `Deployment/service-${cell % 23}`,
              'app',
              CAUSES[mix % 6] ?? 'unknown',
              `node-${mix}`,
              `registry.example.com/team-${cell % 7}/service-${cell % 23}:1.${mix}`,
            ],
            tally: {
              restarts,
              counted: restarts - (mix % 2),
              downtimeMs: restarts * (1_000 + mix * 37),
              downtimeSeen: restarts,
              backoffMs: mix * 1_000,
            },
          },
        ],
      });
    }
  }
  return counter.table();
}
