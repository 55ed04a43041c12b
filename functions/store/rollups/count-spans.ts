import type { Span } from '../../../timeline/reports/calendar.ts';
import { CellCounter, type CellTable, dimensionsFor } from '../../../timeline/reports/cells.ts';
import { divide, LEVELS, type Rest, type Unit } from '../../../timeline/reports/units.ts';
import { concurrently } from '../concurrently.ts';
import { rollupKey } from '../keys/rollup-key.ts';
import { visitRestarts } from '../restart-scan.ts';
import type { RollupParts, UnitTables } from './count-units.ts';
import { isOver } from '../expiry.ts';
import { type RetentionOverview } from '../retention.ts';
import { type Need, readUnits } from './read-units.ts';
import { CLOSED_AFTER_MS } from './rollup-states.ts';

const CONCURRENCY = 4;

/**
 * Counts the restarts of spans, from the counts of the units within them and, for the rest, from the restarts.
 *
 * @returns a table for each, by what is needed for counting and filtering
 */
export async function countSpans(
  parts: RollupParts,
  spans: readonly Span[],
  need: Need,
): Promise<readonly CellTable[]> {
  const { overview } = parts;
  const nowMs = parts.clock();
  const pieces = spans.map((span) =>
    divide(span, nowMs - CLOSED_AFTER_MS).filter(
      ({ toMs }) => !isOver(toMs, overview.longestCountsDays, nowMs),
    ),
  );
  const tables = await readAllUnits(parts, pieces.flat(), need);
  return concurrently(pieces, CONCURRENCY, async (some) => {
    const counter = new CellCounter(dimensionsFor(need.by, need.filter));
    for (const piece of some) {
      if (piece.level === 'rest') {
        await visitRestarts(parts.table, isoOf(piece.fromMs), isoOf(piece.toMs), (record) =>
          counter.addRecord(record, need.filter),
        );
      } else {
        const table = tables.get(rollupKey.format(piece));
        if (table !== undefined) counter.addTable(withoutOver(table, piece, overview, nowMs), need.filter);
      }
    }
    return counter.table();
  });
}

/** Without the clusters whose counts of then are kept no longer. */
function withoutOver(
  table: CellTable,
  { toMs }: Unit,
  overview: RetentionOverview,
  nowMs: number,
): CellTable {
  const column = table.dimensions.indexOf('cluster');
  const cells = table.cells.filter(
    ({ values }) => !isOver(toMs, overview.countsDaysOf(values[column] ?? ''), nowMs),
  );
  return cells.length === table.cells.length ? table : { ...table, cells };
}

async function readAllUnits(
  parts: RollupParts,
  pieces: readonly (Unit | Rest)[],
  need: Need,
): Promise<UnitTables> {
  const tables = new Map<string, CellTable>();
  for (const level of LEVELS) {
    const units = pieces.filter((piece): piece is Unit => piece.level === level);
    const each = new Map(units.map((unit) => [unit.fromMs, unit]));
    const inOrder = [...each.values()].sort((a, b) => a.fromMs - b.fromMs);
    for (const [key, table] of await readUnits(parts, inOrder, need)) tables.set(key, table);
  }
  return tables;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
