import type { Dimension, Figures, GroupKey, Order } from '../contract/report.ts';
import type { Span } from './calendar.ts';
import { addTallies, type CellTable, NOTHING, type Tally } from './cells.ts';

/** The restarts of one group. */
export interface Group {
  readonly key: GroupKey;
  tally: Tally;
  /** Restarts by cause. */
  readonly causes: Map<string, number>;
}

/** Groups by what tells them apart, which is the same text for the same group of any table. */
export type Groups = ReadonlyMap<string, Group>;

/** Restarts grouped by some dimensions; their tables must be by these at least. */
export function groupBy(by: readonly Dimension[], tables: readonly CellTable[]): Groups {
  const groups = new Map<string, Group>();
  for (const { dimensions, cells } of tables) {
    const columns = by.map((dimension) => dimensions.indexOf(dimension));
    const causeColumn = dimensions.indexOf('cause');
    for (const { values, tally } of cells) {
      const own = columns.map((column) => values[column] ?? null);
      const id = JSON.stringify(own);
      let group = groups.get(id);
      if (group === undefined) {
        group = { key: keyOf(by, own), tally: NOTHING, causes: new Map() };
        groups.set(id, group);
      }
      group.tally = addTallies(group.tally, tally);
      const cause = values[causeColumn];
      if (typeof cause === 'string') group.causes.set(cause, (group.causes.get(cause) ?? 0) + tally.restarts);
    }
  }
  return groups;
}

function keyOf(by: readonly Dimension[], values: readonly (string | null)[]): GroupKey {
  return Object.fromEntries(by.map((dimension, index) => [dimension, values[index] ?? null]));
}

/** Some groups as one. */
export function joinGroups(groups: Iterable<Group>): Group {
  const all: Group = { key: {}, tally: NOTHING, causes: new Map() };
  for (const { tally, causes } of groups) {
    all.tally = addTallies(all.tally, tally);
    for (const [cause, restarts] of causes) all.causes.set(cause, (all.causes.get(cause) ?? 0) + restarts);
  }
  return all;
}

/** How the figures of a report are made of what was counted. */
export interface FiguresRule {
  /** What is taken for a downtime that was not seen, in milliseconds. */
  readonly meanDowntimeMs: number;
  readonly causes: boolean;
}

export function figuresOf({ tally, causes }: Group, { fromMs, toMs }: Span, rule: FiguresRule): Figures {
  const { restarts, counted, downtimeMs, downtimeSeen, backoffMs } = tally;
  return {
    restarts,
    counted,
    uncounted: restarts - counted,
    downtimeMs,
    downtimeSeen,
    backoffMs,
    meanTimeBetweenRestartsMs: restarts === 0 ? null : Math.round((toMs - fromMs) / restarts),
    harmMs: harmOf(tally, rule.meanDowntimeMs),
    ...(rule.causes
      ? { causes: Object.fromEntries([...causes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))) }
      : {}),
  };
}

/**
 * The downtime that restarts have done, in milliseconds. A restart whose downtime was not seen was down all the same:
 * for want of better as long as the others on average.
 */
function harmOf({ restarts, downtimeMs, downtimeSeen }: Tally, meanDowntimeMs: number): number {
  return Math.round(downtimeMs + (restarts - downtimeSeen) * meanDowntimeMs);
}

/** The mean of the downtimes that were seen, in milliseconds. */
export function meanDowntimeOf({ downtimeMs, downtimeSeen }: Tally): number {
  return downtimeSeen === 0 ? 0 : downtimeMs / downtimeSeen;
}

/** The ids of groups, worst first; of those that are as bad in the order of their names. */
export function rank(groups: Groups, order: Order, meanDowntimeMs: number): readonly string[] {
  const weightOf = ({ tally }: Group): number => {
    switch (order) {
      case 'restarts':
        return tally.restarts;
      case 'uncounted':
        return tally.restarts - tally.counted;
      case 'downtime':
        return tally.downtimeMs;
      case 'harm':
        return harmOf(tally, meanDowntimeMs);
    }
  };
  return [...groups]
    .map(([id, group]) => ({ id, weight: weightOf(group) }))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}
