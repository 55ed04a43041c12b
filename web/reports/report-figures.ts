import type { Figures, GroupKey, ReportPiece, RestartReport } from '../../timeline/contract/report.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import type { Bin } from '../chart/stack.ts';

/** The name of a group, its parts in the order of what the report is by. */
export function nameGroup(key: GroupKey, by: RestartReport['by']): string {
  return by.map((dimension) => plainText(key[dimension] ?? '(not known)')).join(' · ');
}

/** A row of the report's table: a group, or all that are not shown one by one. */
export interface GroupRow {
  readonly name: string;
  /** Null for all others. */
  readonly key: GroupKey | null;
  readonly figures: Figures;
  readonly previous: Figures | undefined;
}

export function rowsOfPiece({ groups, other }: ReportPiece, by: RestartReport['by']): readonly GroupRow[] {
  const rows = groups.map(
    ({ key, previous, ...figures }): GroupRow => ({ name: nameGroup(key, by), key, figures, previous }),
  );
  if (other === null) return rows;
  const { groups: many, previous, ...figures } = other;
  return [...rows, { name: sayOthers(many), key: null, figures, previous }];
}

function sayOthers(groups: number): string {
  return groups === 1 ? '1 other' : `${groups} others`;
}

/** The series that a chart of so many groups can hold, and be told apart. */
const SERIES = 8;
export const OTHERS = 'all others';

/**
 * The pieces of a report as bins, by the first groups of the report and one for all others. Causes have looks of their
 * own, and so each stands for itself.
 */
export function binsOfPieces(report: RestartReport): {
  readonly keys: readonly string[];
  readonly bins: readonly Bin[];
} {
  const names = report.groups.map(({ key }) => nameGroup(key, report.by));
  const isByCause = report.by.length === 1 && report.by[0] === 'cause';
  const shown = isByCause || names.length <= SERIES + 1 ? names : names.slice(0, SERIES);
  const bins = (report.pieces ?? []).map(({ from, to, groups, other }): Bin => {
    const counts = new Map<string, number>();
    for (const [index, { restarts }] of groups.entries()) {
      const name = shown[index] ?? OTHERS;
      if (restarts > 0) counts.set(name, (counts.get(name) ?? 0) + restarts);
    }
    const rest = other?.restarts ?? 0;
    if (rest > 0) counts.set(OTHERS, (counts.get(OTHERS) ?? 0) + rest);
    return { fromMs: Date.parse(from), toMs: Date.parse(to), counts };
  });
  const hasOthers = bins.some(({ counts }) => counts.has(OTHERS));
  return { keys: hasOthers ? [...shown, OTHERS] : shown, bins };
}
