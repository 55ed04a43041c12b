import type { Dimension } from '../../../timeline/contract/report.ts';
import { addTallies, type CellTable, type Tally } from '../../../timeline/reports/cells.ts';

/** What restarts are told apart by, beside whether they were counted. */
export const SERIES_DIMENSIONS = [
  'cluster',
  'namespace',
  'workload',
  'cause',
] as const satisfies readonly Dimension[];

export type SeriesLabels = Readonly<Record<(typeof SERIES_DIMENSIONS)[number], string>>;

export interface Series {
  readonly labels: SeriesLabels;
  readonly tally: Tally;
}

export interface BoundedSeries {
  /** Those with the most restarts first. */
  readonly series: readonly Series[];
  /** How many stand in the series whose namespace and workload are `OTHER`. */
  readonly leftOut: number;
}

/** Namespace and workload of those beyond the bound; neither can be called that. */
export const OTHER = '(other)';

/**
 * The series of restarts, at most `most` and one more for each cluster and cause: whoever can name workloads could
 * otherwise make as many as he likes. Those left out are added up, so that sums by cluster and by cause are of all.
 *
 * @param table restarts by `SERIES_DIMENSIONS` at least
 */
export function boundSeries({ dimensions, cells }: CellTable, most: number): BoundedSeries {
  const columns = new Map(SERIES_DIMENSIONS.map((dimension) => [dimension, dimensions.indexOf(dimension)]));
  const all = new Map<string, Series>();
  for (const { values, tally } of cells) {
    // Well-formed, as it is sent: two texts that are sent alike are one series.
    const valueOf = (dimension: keyof SeriesLabels) =>
      (values[columns.get(dimension) ?? -1] ?? '').toWellFormed();
    add(all, {
      labels: {
        cluster: valueOf('cluster'),
        namespace: valueOf('namespace'),
        workload: valueOf('workload'),
        cause: valueOf('cause'),
      },
      tally,
    });
  }
  const ranked = [...all].sort(([a, x], [b, y]) => y.tally.restarts - x.tally.restarts || (a < b ? -1 : 1));
  const others = new Map<string, Series>();
  for (const [, { labels, tally }] of ranked.slice(most)) {
    add(others, { labels: { ...labels, namespace: OTHER, workload: OTHER }, tally });
  }
  return {
    series: [...ranked.slice(0, most).map(([, one]) => one), ...others.values()],
    leftOut: Math.max(0, ranked.length - most),
  };
}

function add(to: Map<string, Series>, { labels, tally }: Series): void {
  const key = JSON.stringify(SERIES_DIMENSIONS.map((dimension) => labels[dimension]));
  const before = to.get(key);
  to.set(key, { labels, tally: before === undefined ? tally : addTallies(before.tally, tally) });
}
