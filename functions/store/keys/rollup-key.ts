import { nameOf, type Unit } from '../../../timeline/reports/units.ts';

/**
 * What is counted once and for all of a unit of time, and by what: `clusters` by cluster alone, `causes` by cluster and
 * cause, `all` by everything; and `cluster#NAME` one cluster's by everything, so that a report of one cluster costs as
 * much as that cluster has restarts.
 */
export type Scope = 'clusters' | 'causes' | 'all' | `cluster#${string}`;

/** `ROLLUP#scope` / `interval#time`: the restarts of one unit of time, counted. */
export const rollupKey = {
  partition(scope: Scope): string {
    return `ROLLUP#${scope}`;
  },
  /** The partition that says which units are counted. */
  states: 'ROLLUP#states',
  format(unit: Unit): string {
    return `${unit.level}#${nameOf(unit)}`;
  },
  /** What does not fit into the first item of a unit. */
  chunk(unit: Unit, index: number): string {
    return index === 0 ? rollupKey.format(unit) : `${rollupKey.format(unit)}#${index}`;
  },
} as const;
