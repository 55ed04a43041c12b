import { DIMENSIONS } from '../../../timeline/contract/words.ts';
import { partsOf, type Unit, unitAt } from '../../../timeline/reports/units.ts';
import { ReportNotReadyError } from '../errors.ts';
import { rollupKey } from '../keys/rollup-key.ts';
import type { RetentionOverview } from '../retention.ts';
import { countUnits, type RollupParts } from './count-units.ts';
import { readUnits } from './read-units.ts';
import { readStates } from './rollup-states.ts';

const DAY_MS = 86_400_000;
/** Whatever comes late is counted until so long before the first restarts of its time may be gone. */
const MARGIN_MS = 2 * DAY_MS;

/**
 * A day that began before this is counted for good: soon its restarts will not all be there any more, so that what
 * comes later still is in the list of restarts, and not in the counts.
 *
 * @returns milliseconds since the epoch; -Infinity where all restarts are kept for ever
 */
export function finalBefore(nowMs: number, { shortestRestartsDays }: RetentionOverview): number {
  return shortestRestartsDays === null ? -Infinity : nowMs - shortestRestartsDays * DAY_MS + MARGIN_MS;
}

/**
 * Counts the days, and their hours, that have become final and whose restarts are all there yet. False if it takes too
 * long: then it is to be called again.
 */
export async function countFinalUnits(parts: RollupParts): Promise<boolean> {
  const last = unitAt('day', finalBefore(parts.clock(), parts.overview) - 1);
  const days = [unitAt('day', last.fromMs - 1), last];
  const everything = { by: DIMENSIONS, filter: {} };
  try {
    for (const units of [days.flatMap(partsOf), days]) {
      const left = await uncounted(parts, units);
      await countUnits(parts, left, (some) => readUnits(parts, some, everything));
    }
  } catch (error) {
    if (error instanceof ReportNotReadyError) return false;
    throw error;
  }
  return true;
}

async function uncounted(parts: RollupParts, units: readonly Unit[]): Promise<readonly Unit[]> {
  const [first, last] = [units[0], units.at(-1)];
  if (first === undefined || last === undefined) return [];
  const states = await readStates(parts.table, first, last);
  return units.filter((unit) => states.get(rollupKey.format(unit))?.kind !== 'sealed');
}
