import { timelineQuery } from '../../../timeline/contract/queries.ts';
import { requireReaderOf } from '../access.ts';
import { loadWorkload } from '../load-workload.ts';
import { negotiateFormat } from '../negotiate.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';
import { workloadResponse } from '../timeline-response.ts';

/** The timeline of a workload across all of its pods, replacements included. */
export function workloadTimelineRoute({ store, authorise, clock }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/namespaces/:ns/workloads/:kind/:name/timeline',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const namespace = readPathParameter('ns', context.req.param('ns'));
      const kind = readPathParameter('kind', context.req.param('kind'));
      const name = readPathParameter('name', context.req.param('name'));
      const query = readQuery(context.req.url, timelineQuery);
      const format = query.format ?? negotiateFormat(context.req.header('accept') ?? null);
      return workloadResponse(await loadWorkload(store, { cluster, namespace, kind, name }, clock()), format);
    },
  };
}
