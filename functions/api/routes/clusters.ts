import type { ClusterSummary, Page, Store } from '../../store/store.ts';
import { requireReader } from '../access.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../list-response.ts';
import { clustersQuery, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';

/** The clusters that the caller may read, by name, with when each was heard of. */
export function clustersRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters',
    handle: async (context) => {
      const readable = requireReader(await authorise(context.req.raw));
      const query = readQuery(context.req.url, clustersQuery);
      const limit = Number(query.limit ?? DEFAULT_PAGE_SIZE);
      return listResponse(context.req.url, await readableClusters(store, readable, limit, query.cursor));
    },
  };
}

/** One page of the clusters in `readable`: it may have fewer than `limit` and go on nevertheless. */
export async function readableClusters(
  store: Store,
  readable: 'all' | ReadonlySet<string>,
  limit: number,
  cursor?: string,
): Promise<Page<ClusterSummary>> {
  const page = await store.clusters(limit, cursor);
  return readable === 'all' ? page : { ...page, items: page.items.filter(({ name }) => readable.has(name)) };
}
