import { METRICS_WINDOWS_MS, restartMetricsQuery } from '../../../timeline/contract/queries.ts';
import { requireReader, requireReaderOf } from '../access.ts';
import { renderOpenMetrics } from '../metrics/open-metrics.ts';
import { restartGauges } from '../metrics/restart-gauges.ts';
import { boundSeries, SERIES_DIMENSIONS } from '../metrics/restart-series.ts';
import { negotiateMetricsType } from '../negotiate.ts';
import { readQuery } from '../parameters.ts';
import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';
import type { ClusterSummary, Store } from '../../store/store.ts';
import { readableClusters } from './clusters.ts';

const DEFAULT_WINDOW = '1h';
const DEFAULT_TOP = 500;
const CLUSTERS_AT_ONCE = 1_000;

/** Restarts of the last while as gauges for Prometheus, of one cluster or of all that the caller may read. */
export function restartMetricsRoute({ store, authorise, clock }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/metrics/restarts',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const readable = requireReader(principal);
      const {
        cluster,
        namespace,
        window = DEFAULT_WINDOW,
        top,
      } = readQuery(context.req.url, restartMetricsQuery);
      if (cluster !== undefined) requireReaderOf(principal, cluster);
      const contentType = negotiateMetricsType(context.req.header('accept') ?? null);
      const toMs = clock();
      const [clusters, [table]] = await Promise.all([
        findClusters(store, readable, cluster),
        store.countRestarts([{ fromMs: toMs - METRICS_WINDOWS_MS[window], toMs }], {
          by: SERIES_DIMENSIONS,
          filter: { cluster, namespace, ...(readable === 'all' ? {} : { clusters: readable }) },
        }),
      ]);
      const bounded = boundSeries(table ?? { dimensions: [], cells: [] }, Number(top ?? DEFAULT_TOP));
      const text = renderOpenMetrics(restartGauges({ ...bounded, window, clusters }));
      return new Response(text, { headers: { 'content-type': contentType, vary: 'Accept' } });
    },
  };
}

/** @throws Problem if nothing is recorded of the named cluster: a scrape of a misspelt one must not look healthy */
async function findClusters(
  store: Store,
  readable: ReturnType<typeof requireReader>,
  cluster: string | undefined,
): Promise<readonly ClusterSummary[]> {
  if (cluster !== undefined) {
    const found = await store.clustersNamed([cluster]);
    if (found.length > 0) return found;
    throw new Problem('cluster-not-found', `Nothing is recorded of a cluster "${cluster}".`);
  }
  const all: ClusterSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await readableClusters(store, readable, CLUSTERS_AT_ONCE, cursor);
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}
