import { clustersQuery } from '../../../timeline/contract/queries.ts';
import { cursor as cursors } from '../../store/cursor.ts';
import { InvalidCursorError } from '../../store/errors.ts';
import type { ClusterSummary, Page, Store } from '../../store/store.ts';
import { requireReader } from '../access.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../list-response.ts';
import { readQuery } from '../parameters.ts';
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

/**
 * One page of the clusters in `readable`. Of the others nothing is looked up: neither the number of items, nor the
 * cursor, nor the time that it takes tells of them.
 */
export async function readableClusters(
  store: Store,
  readable: 'all' | ReadonlySet<string>,
  limit: number,
  cursor?: string,
): Promise<Page<ClusterSummary>> {
  if (readable === 'all') return store.clusters(limit, cursor);
  const names = [...readable].sort();
  const list = JSON.stringify(['clusters', names]);
  const after = cursor === undefined ? '' : lastNameIn(list, cursor);
  const left = names.filter((name) => name > after);
  const asked = left.slice(0, limit);
  const items = await store.clustersNamed(asked);
  const last = asked.at(-1);
  if (last === undefined || left.length <= limit) return { items };
  return { items, cursor: cursors.encode(list, [last]) };
}

function lastNameIn(list: string, cursor: string): string {
  const [name] = cursors.decode(list, cursor);
  if (typeof name !== 'string') throw new InvalidCursorError();
  return name;
}
