import type * as z from 'zod/mini';
import type {
  adminListQuery,
  clustersQuery,
  eventsQuery,
  namedTimelineQuery,
  nodeTimelineQuery,
  podsQuery,
  reportQuery,
  restartMetricsQuery,
  restartsQuery,
} from '../../timeline/contract/queries.ts';
import type { Dimension } from '../../timeline/contract/report.ts';

/** A query as it is said in TypeScript: true and false for their texts, numbers for the texts of numbers. */
type Said<Q> = {
  readonly [K in Exclude<keyof Q, 'format'>]?:
    | (K extends 'limit' | 'top'
        ? number
        : K extends 'by'
          ? readonly Dimension[]
          : Exclude<Q[K], undefined> extends 'true' | 'false'
            ? boolean
            : Exclude<Q[K], undefined>)
    | undefined;
};

export type ClustersQuery = Said<z.infer<typeof clustersQuery>>;
export type PodsQuery = Said<z.infer<typeof podsQuery>>;
export type NamedTimelineQuery = Said<z.infer<typeof namedTimelineQuery>>;
export type NodeTimelineQuery = Said<z.infer<typeof nodeTimelineQuery>>;
export type EventsQuery = Said<z.infer<typeof eventsQuery>>;
export type RestartsQuery = Said<z.infer<typeof restartsQuery>>;
export type ReportQuery = Said<z.infer<typeof reportQuery>>;
export type RestartMetricsQuery = Said<z.infer<typeof restartMetricsQuery>>;
export type AdminListQuery = Said<z.infer<typeof adminListQuery>>;

type QueryValue = string | number | boolean | readonly string[] | undefined;

/** A query as it stands in a URL, with its `?`; empty without any. Lists have commas between their members. */
export function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeText(String(value))}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/**
 * A part of a path.
 * @throws RangeError for `.` and `..`: a URL takes them for steps, however they are written
 */
export function pathPart(text: string): string {
  if (text === '' || text === '.' || text === '..') throw new RangeError(`"${text}" is no name`);
  return encodeText(text);
}

/** encodeURIComponent throws at a lone surrogate. */
function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
