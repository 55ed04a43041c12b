import type { RestartReport } from '../../timeline/contract/report.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import type { Query } from '../app/api/client.ts';
import type { Filters } from '../overview/filters.ts';
import type { ReportChoice } from './report-choice.ts';

/** So many groups are told one by one. */
const TOP = 50;

/** What the API is asked for. */
export function reportQuery(span: Span, filters: Filters, choice: ReportChoice): Query {
  return {
    ...filters,
    counted: undefined,
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    by: choice.by.join(','),
    order: choice.order,
    top: TOP,
    interval: choice.interval,
    compare: choice.compares ? 'previous' : undefined,
  };
}

/** The filters that lead to the restarts of a group; what cannot be filtered by is left out. */
export function groupFilters(key: RestartReport['groups'][number]['key']): Partial<Filters> {
  const named = (name: 'cluster' | 'namespace' | 'workload' | 'container' | 'cause') => {
    const value = key[name] ?? undefined;
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...named('cluster'),
    ...named('namespace'),
    ...named('workload'),
    ...named('container'),
    ...named('cause'),
  };
}
