import type { Dimension, Order } from '../../timeline/contract/report.ts';
import type { Interval, Span } from '../../timeline/reports/calendar.ts';

/** What a report is asked for on its page, as it stands in the page's URL. */
export interface ReportChoice {
  readonly by: readonly Dimension[];
  readonly interval: Interval | undefined;
  readonly order: Order;
  readonly compares: boolean;
}

/** What can be chosen, with how it is said. The API knows the same names. */
export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  cluster: 'Cluster',
  namespace: 'Namespace',
  workload: 'Workload',
  container: 'Container',
  cause: 'Cause',
  node: 'Node',
  image: 'Image',
};

export const ORDER_WORDS: Readonly<Record<Order, string>> = {
  harm: 'Harm',
  restarts: 'Restarts',
  uncounted: 'Not counted',
  downtime: 'Downtime seen',
};

export const INTERVAL_WORDS: Readonly<Record<Interval, string>> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
};

const DAY_MS = 86_400_000;
/** About 200 pieces at the most: more bars cannot be told apart, and each piece has all groups. */
const LONGEST_MS: Readonly<Record<Interval, number>> = {
  hour: 8 * DAY_MS,
  day: 200 * DAY_MS,
  week: 1_400 * DAY_MS,
  month: 3_660 * DAY_MS,
};

/**
 * Reads the choice from a URL's query; what is not known there is left out, as if nothing were said, and so is an
 * interval that is too short for the stretch of time.
 */
export function readChoice(query: URLSearchParams, span: Span): ReportChoice {
  const named = (query.get('by') ?? '').split(',');
  const by = isKeyOfEach(named, DIMENSION_WORDS);
  const interval = intervalsFor(span).find((name) => name === query.get('interval'));
  const order = query.get('order') ?? '';
  return {
    by: by.length === 0 ? ['cluster'] : by,
    interval,
    order: Object.hasOwn(ORDER_WORDS, order) ? (order as Order) : 'harm',
    compares: query.get('compare') !== 'no',
  };
}

function isKeyOfEach<K extends string>(names: readonly string[], known: Readonly<Record<K, string>>): K[] {
  return [...new Set(names)].filter((name): name is K => Object.hasOwn(known, name));
}

/** The dimensions with one more, last, or without one that is there. */
export function toggle(by: readonly Dimension[], dimension: Dimension): readonly Dimension[] {
  if (!by.includes(dimension)) return [...by, dimension];
  return by.length === 1 ? by : by.filter((other) => other !== dimension);
}

/** The intervals that a stretch of time can be told by. */
export function intervalsFor({ fromMs, toMs }: Span): readonly Interval[] {
  return (Object.keys(INTERVAL_WORDS) as Interval[]).filter(
    (interval) => toMs - fromMs <= LONGEST_MS[interval],
  );
}
