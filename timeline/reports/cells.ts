import type { Dimension, RestartRecord } from '../contract/report.ts';
import { DIMENSIONS } from '../contract/words.ts';

/** What is counted of restarts. Only sums, so that counts of parts add up to the count of the whole. */
export interface Tally {
  readonly restarts: number;
  readonly counted: number;
  readonly downtimeMs: number;
  /** Restarts whose downtime is known. */
  readonly downtimeSeen: number;
  readonly backoffMs: number;
}

export const NOTHING: Tally = { restarts: 0, counted: 0, downtimeMs: 0, downtimeSeen: 0, backoffMs: 0 };

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    restarts: a.restarts + b.restarts,
    counted: a.counted + b.counted,
    downtimeMs: a.downtimeMs + b.downtimeMs,
    downtimeSeen: a.downtimeSeen + b.downtimeSeen,
    backoffMs: a.backoffMs + b.backoffMs,
  };
}

function tallyOf({ counted, downtimeMs, backoffMs }: RestartRecord): Tally {
  return {
    restarts: 1,
    counted: counted ? 1 : 0,
    downtimeMs: downtimeMs ?? 0,
    downtimeSeen: downtimeMs === null ? 0 : 1,
    backoffMs,
  };
}

/** The restarts that have these values, one for each dimension of their table; null where it is not known. */
export interface Cell {
  readonly values: readonly (string | null)[];
  readonly tally: Tally;
}

/** Restarts counted by some dimensions. No two cells have the same values. */
export interface CellTable {
  readonly dimensions: readonly Dimension[];
  readonly cells: readonly Cell[];
}

/** Which restarts are wanted: those with all of these values. `clusters` are those that may be seen; absent for all. */
export type CellFilter = { readonly [D in Dimension]?: string | undefined } & {
  readonly clusters?: ReadonlySet<string> | undefined;
};

/** Adds up restarts by some dimensions, from records or from tables of more dimensions, in any order. */
export class CellCounter {
  readonly #dimensions: readonly Dimension[];
  readonly #cells = new Map<string, Cell>();

  constructor(dimensions: readonly Dimension[]) {
    this.#dimensions = dimensions;
  }

  addRecord(record: RestartRecord, filter: CellFilter = {}): void {
    const values = DIMENSIONS.map((dimension) => valueOf(record, dimension));
    this.#add(DIMENSIONS, { values, tally: tallyOf(record) }, filter);
  }

  /** @throws Error if the table lacks a dimension that is counted by, or filtered by */
  addTable({ dimensions, cells }: CellTable, filter: CellFilter = {}): void {
    const missing = dimensionsFor(this.#dimensions, filter).filter(
      (dimension) => !dimensions.includes(dimension),
    );
    if (missing.length > 0 && cells.length > 0)
      throw new Error(`the table is not by ${missing.join(', ')}: it cannot be counted by that`);
    for (const cell of cells) this.#add(dimensions, cell, filter);
  }

  #add(dimensions: readonly Dimension[], { values, tally }: Cell, filter: CellFilter): void {
    for (const [index, dimension] of dimensions.entries()) {
      const value = values[index] ?? null;
      const wanted = filter[dimension];
      if (wanted !== undefined && wanted !== value) return;
      if (dimension === 'cluster' && filter.clusters !== undefined && !filter.clusters.has(value ?? ''))
        return;
    }
    const own = this.#dimensions.map((dimension) => values[dimensions.indexOf(dimension)] ?? null);
    const key = JSON.stringify(own);
    const before = this.#cells.get(key);
    this.#cells.set(key, {
      values: own,
      tally: before === undefined ? tally : addTallies(before.tally, tally),
    });
  }

  /** Ordered by values, so that the same restarts give the same table. */
  table(): CellTable {
    const cells = [...this.#cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
    return { dimensions: this.#dimensions, cells };
  }
}

/** The dimensions that a table needs, to be counted by some and filtered by others. */
export function dimensionsFor(by: readonly Dimension[], filter: CellFilter): readonly Dimension[] {
  return DIMENSIONS.filter(
    (dimension) =>
      by.includes(dimension) ||
      filter[dimension] !== undefined ||
      (dimension === 'cluster' && filter.clusters !== undefined),
  );
}

/** What a restart is in one dimension. */
export function valueOf(record: RestartRecord, dimension: Dimension): string | null {
  if (dimension === 'workload') return `${record.workload.kind}/${record.workload.name}`;
  return record[dimension];
}
