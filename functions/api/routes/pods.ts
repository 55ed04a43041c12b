import { podsQuery } from '../../../timeline/contract/queries.ts';
import type { PodSummary } from '../../store/store.ts';
import { requireReaderOf } from '../access.ts';
import { timelinePath } from '../links.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../list-response.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';

/** The pods of a cluster, living and gone, with their restart summaries. */
export function podsRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/pods',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const { limit, cursor, restarted, ...filters } = readQuery(context.req.url, podsQuery);
      const page = await store.pods(
        cluster,
        { ...filters, ...(restarted === undefined ? {} : { restarted: restarted === 'true' }) },
        Number(limit ?? DEFAULT_PAGE_SIZE),
        cursor,
      );
      return listResponse(context.req.url, { ...page, items: page.items.map(withLink) });
    },
  };
}

function withLink(summary: PodSummary) {
  return { ...summary, timeline: timelinePath(summary.pod.cluster, summary.pod.uid) };
}
