import type { Dimension, Figures, Order, ReportPiece, RestartReport } from '../contract/report.ts';
import type { Span } from './calendar.ts';
import type { CellTable } from './cells.ts';
import {
  figuresOf,
  type FiguresRule,
  type Group,
  groupBy,
  type Groups,
  joinGroups,
  meanDowntimeOf,
  rank,
} from './groups.ts';

/** What a report is asked for, beside the restarts that it counts. */
export interface ReportWish {
  readonly span: Span;
  readonly timeZone: string;
  readonly by: readonly Dimension[];
  readonly order: Order;
  /** How many groups are shown; the rest are one. */
  readonly top: number;
  /** Whether each figure is broken down by cause. */
  readonly causes: boolean;
}

/** Restarts of one stretch of time, counted by at least what the report is by, and by cause if that is asked for. */
export interface Counted {
  readonly span: Span;
  readonly table: CellTable;
}

/**
 * A report of a stretch of time.
 *
 * @param counted the stretch in pieces, without a gap, oldest first
 * @param previous the stretch before it, to compare with
 * @param hasPieces whether the pieces are told one by one; each has the groups of the whole, in the order of the whole,
 *   so that they can be laid side by side
 */
export function buildReport(
  wish: ReportWish,
  counted: readonly Counted[],
  previous: Counted | undefined,
  hasPieces: boolean,
): RestartReport {
  const groups = groupBy(
    wish.by,
    counted.map(({ table }) => table),
  );
  const rule: FiguresRule = {
    meanDowntimeMs: meanDowntimeOf(joinGroups(groups.values()).tally),
    causes: wish.causes,
  };
  const ids = rank(groups, wish.order, rule.meanDowntimeMs).slice(0, wish.top);
  const before =
    previous === undefined ? undefined : { span: previous.span, groups: groupBy(wish.by, [previous.table]) };
  const shown: Shown = { ids, keys: groups, rule };
  return {
    ...piece(wish.span, groups, shown, before),
    timeZone: wish.timeZone,
    by: [...wish.by],
    order: wish.order,
    ...(before === undefined
      ? {}
      : {
          previous: {
            ...timesOf(before.span),
            totals: figuresOf(joinGroups(before.groups.values()), before.span, rule),
          },
        }),
    ...(hasPieces
      ? { pieces: counted.map(({ span, table }) => piece(span, groupBy(wish.by, [table]), shown)) }
      : {}),
  };
}

/** Which groups are shown, and how. */
interface Shown {
  readonly ids: readonly string[];
  readonly keys: Groups;
  readonly rule: FiguresRule;
}

interface Grouped {
  readonly span: Span;
  readonly groups: Groups;
}

function piece(span: Span, groups: Groups, { ids, keys, rule }: Shown, before?: Grouped): ReportPiece {
  const figures = (group: Group): Figures => figuresOf(group, span, rule);
  const compared = (group: Group) =>
    before === undefined ? {} : { previous: figuresOf(group, before.span, rule) };
  const rest = without(groups, ids);
  return {
    ...timesOf(span),
    totals: figures(joinGroups(groups.values())),
    groups: ids.map((id) => ({
      key: keys.get(id)?.key ?? {},
      ...figures(groupAt(groups, id)),
      ...compared(groupAt(before?.groups, id)),
    })),
    other:
      keys.size <= ids.length
        ? null
        : {
            groups: keys.size - ids.length,
            ...figures(joinGroups(rest)),
            ...compared(joinGroups(without(before?.groups, ids))),
          },
  };
}

function groupAt(groups: Groups | undefined, id: string): Group {
  return groups?.get(id) ?? joinGroups([]);
}

function without(groups: Groups | undefined, ids: readonly string[]): readonly Group[] {
  const shown = new Set(ids);
  return [...(groups ?? [])].filter(([id]) => !shown.has(id)).map(([, group]) => group);
}

function timesOf({ fromMs, toMs }: Span): { readonly from: string; readonly to: string } {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
