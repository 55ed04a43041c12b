import type { Dimension } from '../../../timeline/contract/report.ts';
import { DIMENSIONS } from '../../../timeline/contract/words.ts';
import { type CellFilter, type CellTable, dimensionsFor } from '../../../timeline/reports/cells.ts';
import type { Unit } from '../../../timeline/reports/units.ts';
import { concurrently } from '../concurrently.ts';
import { rollupKey, type Scope } from '../keys/rollup-key.ts';
import type { Item } from '../pack.ts';
import { queryRange, type TableParts } from '../query.ts';
import { countUnits, type RollupParts, type UnitTables } from './count-units.ts';
import { readRollup } from './rollup-item.ts';
import { readStates } from './rollup-states.ts';

const CONCURRENCY = 16;
/** So many units that are not wanted are read along rather than a request made. */
const READ_ALONG = 3;
const NONE: CellTable = { dimensions: DIMENSIONS, cells: [] };

/** What a report needs of its units. */
export interface Need {
  readonly by: readonly Dimension[];
  readonly filter: CellFilter;
}

/**
 * The counts of units by at least what is needed, each from what is kept, or counted now.
 *
 * @param units of one level, in order
 * @returns for each unit its counts, by the unit's key
 */
export async function readUnits(parts: RollupParts, units: readonly Unit[], need: Need): Promise<UnitTables> {
  const tables = new Map<string, CellTable>();
  for (const run of runsOf(units)) {
    for (const [key, table] of await readRun(parts, run, need)) tables.set(key, table);
  }
  return tables;
}

/** Units that stand together, or nearly so. */
function runsOf(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const runs: Unit[][] = [];
  for (const unit of units) {
    const run = runs.at(-1);
    const gapMs = unit.fromMs - (run?.at(-1)?.toMs ?? 0);
    if (run !== undefined && gapMs <= READ_ALONG * (unit.toMs - unit.fromMs)) run.push(unit);
    else runs.push([unit]);
  }
  return runs;
}

async function readRun(parts: RollupParts, units: readonly Unit[], need: Need): Promise<UnitTables> {
  const [first, last] = [units[0], units.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const states = await readStates(parts.table, first, last);
  const tokens = new Map<string, string>();
  const tables = new Map<string, CellTable>();
  for (const unit of units) {
    const key = rollupKey.format(unit);
    const state = states.get(key);
    if (state?.kind !== 'sealed') continue;
    if (state.empty) tables.set(key, NONE);
    else tokens.set(key, state.token);
  }
  const kept = await readKept(parts.table, first, last, tokens, need);
  for (const [key, table] of kept) tables.set(key, table);
  const missing = units.filter((unit) => !tables.has(rollupKey.format(unit)));
  const everything: Need = { by: DIMENSIONS, filter: {} };
  const counted = await countUnits(parts, missing, (days) => readUnits(parts, days, everything));
  for (const [key, table] of counted) tables.set(key, table);
  return tables;
}

/** @param tokens of the counts that stand, by the units' keys */
async function readKept(
  table: TableParts,
  first: Unit,
  last: Unit,
  tokens: ReadonlyMap<string, string>,
  need: Need,
): Promise<UnitTables> {
  if (tokens.size === 0) return new Map();
  const read = (scope: Scope) => readScope(table, scope, first, last, tokens);
  const dimensions = dimensionsFor(need.by, need.filter);
  if (dimensions.every((dimension) => dimension === 'cluster')) return read('clusters');
  if (dimensions.every((dimension) => dimension === 'cluster' || dimension === 'cause'))
    return read('causes');
  if (first.level === 'hour') return read('all');
  return readByCluster(read, tokens, need.filter);
}

async function readByCluster(
  read: (scope: Scope) => Promise<UnitTables>,
  tokens: ReadonlyMap<string, string>,
  filter: CellFilter,
): Promise<UnitTables> {
  // Which clusters each unit has: only their counts can be missing.
  const directory = await read('clusters');
  const clusters = clustersIn(directory, filter);
  const all = await concurrently([...clusters], CONCURRENCY, async (cluster) => ({
    cluster,
    tables: await read(`cluster#${cluster}`),
  }));
  const found = new Map<string, CellTable>();
  for (const key of tokens.keys()) {
    const listed = directory.get(key);
    if (listed === undefined) continue;
    const own = all.filter(({ cluster }) => listed.cells.some(({ values }) => values[0] === cluster));
    const tables = own.map(({ tables: of }) => of.get(key));
    if (tables.some((table) => table === undefined)) continue;
    found.set(key, {
      dimensions: DIMENSIONS,
      cells: tables.flatMap((table) => table?.cells ?? []),
    });
  }
  return found;
}

function clustersIn(directory: UnitTables, { cluster, clusters }: CellFilter): ReadonlySet<string> {
  const names = [...directory.values()].flatMap(({ cells }) => cells.map(({ values }) => values[0] ?? ''));
  return new Set(
    names.filter(
      (name) => (cluster === undefined || name === cluster) && (clusters === undefined || clusters.has(name)),
    ),
  );
}

async function readScope(
  table: TableParts,
  scope: Scope,
  first: Unit,
  last: Unit,
  tokens: ReadonlyMap<string, string>,
): Promise<UnitTables> {
  const items = await queryRange(
    table,
    rollupKey.partition(scope),
    rollupKey.format(first),
    // The last unit's further items too: `$` is the character after `#`.
    `${rollupKey.format(last)}$`,
  );
  const byUnit = Map.groupBy(items, (item) => unitKeyOf(item));
  const tables = new Map<string, CellTable>();
  for (const [key, token] of tokens) {
    const counts = readRollup(inChunkOrder(byUnit.get(key) ?? []), token);
    if (counts !== undefined) tables.set(key, counts);
  }
  return tables;
}

/** `day#2026-01-31` of `day#2026-01-31#2`. */
function unitKeyOf(item: Item): string {
  return (item['sk']?.S ?? '').split('#', 2).join('#');
}

function inChunkOrder(items: readonly Item[]): readonly Item[] {
  const indexOf = (item: Item) => Number((item['sk']?.S ?? '').split('#')[2] ?? 0);
  return items.toSorted((a, b) => indexOf(a) - indexOf(b));
}
