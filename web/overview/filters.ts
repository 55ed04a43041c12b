import { isCause } from '../../timeline/render/cause-palette.ts';
import type { CountedFilter } from './binning.ts';

/** Which restarts are looked at; the names are those of the page's URL and of the API alike. */
export interface Filters {
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  readonly container: string | undefined;
  readonly cause: string | undefined;
  readonly counted: CountedFilter;
}

export const FILTER_NAMES = ['cluster', 'namespace', 'workload', 'container', 'cause', 'counted'] as const;

/** Reads the filters from a URL's query. What the API would refuse is left out. */
export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const [workload, cause, counted] = [text('workload'), text('cause'), text('counted')];
  return {
    cluster: text('cluster'),
    namespace: text('namespace'),
    workload: workload !== undefined && /^[^/]+\/./s.test(workload) ? workload : undefined,
    container: text('container'),
    cause: cause !== undefined && isCause(cause) ? cause : undefined,
    counted: counted === 'true' || counted === 'false' ? counted : undefined,
  };
}

export function countActive(filters: Filters): number {
  return FILTER_NAMES.filter((name) => filters[name] !== undefined).length;
}
