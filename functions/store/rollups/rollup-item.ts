import { deflateSync, inflateSync } from 'node:zlib';
import type { Dimension } from '../../../timeline/contract/report.ts';
import { DIMENSIONS } from '../../../timeline/contract/words.ts';
import type { Cell, CellTable, Tally } from '../../../timeline/reports/cells.ts';
import type { Unit } from '../../../timeline/reports/units.ts';
import { UnreadableItemError } from '../errors.ts';
import { rollupKey, type Scope } from '../keys/rollup-key.ts';
import type { Item } from '../pack.ts';

/** Raise when the form below changes: then all is counted anew when it is next asked for. */
const ROLLUP_VERSION = 1;
/** A cell takes 15 to 60 bytes: far below DynamoDB's 400 KB for an item, with the longest names too. */
const CELLS_PER_ITEM = 4_000;

const SUMS = [
  'restarts',
  'counted',
  'downtimeMs',
  'downtimeSeen',
  'backoffMs',
] as const satisfies readonly (keyof Tally)[];

/**
 * Cells by column: for each dimension its different values and which of them each cell has, and for each sum its
 * numbers. Columns are alike within, so that they deflate well.
 */
interface Columns {
  readonly names: readonly Dimension[];
  readonly values: readonly (readonly (string | null)[])[];
  readonly indexes: readonly (readonly number[])[];
  readonly sums: readonly (readonly number[])[];
}

/**
 * A unit's counts as items.
 *
 * @param token of the count that they belong to
 * @param expires when their time is over
 */
export function rollupItems(
  scope: Scope,
  unit: Unit,
  token: string,
  table: CellTable,
  expires: Item,
): readonly Item[] {
  const chunks = Math.max(1, Math.ceil(table.cells.length / CELLS_PER_ITEM));
  return Array.from({ length: chunks }, (_, index) => {
    const cells = table.cells.slice(index * CELLS_PER_ITEM, (index + 1) * CELLS_PER_ITEM);
    const json = JSON.stringify(columnsOf({ ...table, cells }));
    return {
      pk: { S: rollupKey.partition(scope) },
      sk: { S: rollupKey.chunk(unit, index) },
      v: { N: String(ROLLUP_VERSION) },
      token: { S: token },
      chunks: { N: String(chunks) },
      data: { B: deflateSync(json) },
      ...expires,
    };
  });
}

/** A unit's counts from all its items; undefined unless they are all there and belong to the count `token`. */
export function readRollup(items: readonly Item[], token: string): CellTable | undefined {
  const [first] = items;
  const chunks = Number(first?.['chunks']?.N);
  if (first === undefined || items.length < chunks) return undefined;
  const own = items.slice(0, chunks);
  if (own.some((item) => item['token']?.S !== token || item['v']?.N !== String(ROLLUP_VERSION))) {
    return undefined;
  }
  const tables = own.map(tableOf);
  return {
    dimensions: tables[0]?.dimensions ?? DIMENSIONS,
    cells: tables.flatMap(({ cells }) => cells),
  };
}

function columnsOf({ dimensions, cells }: CellTable): Columns {
  const columns = dimensions.map((_, index) => {
    const values = new Map<string | null, number>();
    const indexes = cells.map((cell) => {
      const value = cell.values[index] ?? null;
      const known = values.get(value) ?? values.size;
      values.set(value, known);
      return known;
    });
    return { values: [...values.keys()], indexes };
  });
  return {
    names: dimensions,
    values: columns.map(({ values }) => values),
    indexes: columns.map(({ indexes }) => indexes),
    sums: SUMS.map((sum) => cells.map(({ tally }) => tally[sum])),
  };
}

function tableOf(item: Item): CellTable {
  const data = item['data']?.B;
  if (data === undefined) throw new UnreadableItemError('a rollup has no data');
  const { names, values, indexes, sums } = JSON.parse(inflateSync(data).toString()) as Columns;
  const length = sums[0]?.length ?? 0;
  const cells = Array.from({ length }, (_, row): Cell => {
    const sum = (index: number) => sums[index]?.[row] ?? 0;
    return {
      values: names.map((__, column) => values[column]?.[indexes[column]?.[row] ?? -1] ?? null),
      tally: {
        restarts: sum(0),
        counted: sum(1),
        downtimeMs: sum(2),
        downtimeSeen: sum(3),
        backoffMs: sum(4),
      },
    };
  });
  return { dimensions: names, cells };
}
