import { DIMENSIONS } from '../../../timeline/contract/words.ts';
import { CellCounter, type CellTable } from '../../../timeline/reports/cells.ts';
import { partsOf, type Unit } from '../../../timeline/reports/units.ts';
import { putOf, writeAll } from '../batch-writer.ts';
import { concurrently } from '../concurrently.ts';
import { ReportNotReadyError } from '../errors.ts';
import { rollupKey, type Scope } from '../keys/rollup-key.ts';
import type { TableParts } from '../query.ts';
import { expiry } from '../expiry.ts';
import { type RetentionOverview } from '../retention.ts';
import { visitRestarts } from '../restart-scan.ts';
import type { Patience } from '../throttling.ts';
import { rollupItems } from './rollup-item.ts';
import { beginCounts, sealCount } from './rollup-states.ts';

export interface RollupParts {
  readonly table: TableParts;
  readonly patience: Patience;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A word that no other count uses. */
  readonly newToken: () => string;
  readonly overview: RetentionOverview;
  /** When to give up and leave the rest to the next request. */
  readonly deadlineMs: number;
}

/** Gives the counts of units by everything, however they come about. */
export type UnitTables = ReadonlyMap<string, CellTable>;

const CONCURRENCY = 8;
const OF_CLUSTER = 'cluster#';

/**
 * Counts units for which no count stands, and keeps what comes of it. Hours and days are counted from the restarts,
 * months from their days.
 *
 * @param units of one level, in order
 * @param tablesOf gives the counts of other units by everything
 * @throws ReportNotReadyError when it takes too long; what is done by then is kept
 */
export async function countUnits(
  parts: RollupParts,
  units: readonly Unit[],
  tablesOf: (units: readonly Unit[]) => Promise<UnitTables>,
): Promise<UnitTables> {
  const tables = new Map<string, CellTable>();
  for (const stretch of stretches(units)) {
    if (parts.clock() > parts.deadlineMs) throw new ReportNotReadyError();
    const token = parts.newToken();
    await beginCounts(parts, stretch, token);
    const counted =
      stretch[0]?.level === 'month'
        ? await countFromParts(stretch, tablesOf)
        : await countFromRestarts(parts, stretch);
    await concurrently(stretch, CONCURRENCY, async (unit) => {
      const table = counted.get(rollupKey.format(unit)) ?? { dimensions: DIMENSIONS, cells: [] };
      await keepCount(parts, unit, token, table);
      tables.set(rollupKey.format(unit), table);
    });
  }
  return tables;
}

/**
 * How many units that stand together are counted at once: enough to hide the latency, few enough for what is read to
 * come to an end before the deadline is looked at again.
 */
const AT_ONCE = { hour: 24, day: 4, month: 1 } as const;

function stretches(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const found: Unit[][] = [];
  for (const unit of units) {
    const last = found.at(-1);
    if (last?.at(-1)?.toMs === unit.fromMs && last.length < AT_ONCE[unit.level]) last.push(unit);
    else found.push([unit]);
  }
  return found;
}

async function countFromRestarts({ table }: RollupParts, units: readonly Unit[]): Promise<UnitTables> {
  const counters = units.map((unit) => ({ unit, counter: new CellCounter(DIMENSIONS) }));
  const [first, last] = [units[0], units.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const lengthMs = first.toMs - first.fromMs;
  await visitRestarts(table, isoOf(first.fromMs), isoOf(last.toMs), (record) => {
    const index = Math.floor((Date.parse(record.at) - first.fromMs) / lengthMs);
    counters[index]?.counter.addRecord(record);
  });
  return new Map(counters.map(({ unit, counter }) => [rollupKey.format(unit), counter.table()]));
}

async function countFromParts(
  units: readonly Unit[],
  tablesOf: (units: readonly Unit[]) => Promise<UnitTables>,
): Promise<UnitTables> {
  const tables = new Map<string, CellTable>();
  for (const unit of units) {
    const counter = new CellCounter(DIMENSIONS);
    for (const table of (await tablesOf(partsOf(unit))).values()) counter.addTable(table);
    tables.set(rollupKey.format(unit), counter.table());
  }
  return tables;
}

/**
 * Keeps the counts of a unit, after `beginCounts` with the same token.
 *
 * @param table by everything
 */
export async function keepCount(
  parts: Pick<RollupParts, 'table' | 'patience' | 'overview'>,
  unit: Unit,
  token: string,
  table: CellTable,
): Promise<void> {
  const { overview } = parts;
  const items = scopesOf(unit, table).flatMap(([scope, cells]) => {
    const days = scope.startsWith(OF_CLUSTER)
      ? overview.countsDaysOf(scope.slice(OF_CLUSTER.length))
      : overview.longestCountsDays;
    return rollupItems(scope, unit, token, cells, expiry(unit.toMs, days));
  });
  await writeAll({ ...parts.table, patience: parts.patience }, items.map(putOf));
  await sealCount(parts.table, unit, token, {
    isEmpty: table.cells.length === 0,
    expires: expiry(unit.toMs, overview.longestCountsDays),
  });
}

/** What is kept of a unit's counts; nothing if there are none. */
function scopesOf(unit: Unit, table: CellTable): readonly (readonly [Scope, CellTable])[] {
  if (table.cells.length === 0) return [];
  const byCluster = Map.groupBy(table.cells, ({ values }) => values[DIMENSIONS.indexOf('cluster')] ?? '');
  const whole: readonly (readonly [Scope, CellTable])[] =
    unit.level === 'hour'
      ? [['all', table]]
      : [...byCluster].map(([cluster, cells]) => [`cluster#${cluster}`, { ...table, cells }]);
  return [['clusters', fewer(table, ['cluster'])], ['causes', fewer(table, ['cluster', 'cause'])], ...whole];
}

function fewer(table: CellTable, dimensions: ConstructorParameters<typeof CellCounter>[0]): CellTable {
  const counter = new CellCounter(dimensions);
  counter.addTable(table);
  return counter.table();
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
