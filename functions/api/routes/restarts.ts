import { restartsQuery } from '../../../timeline/contract/queries.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { requireReader, requireReaderOf } from '../access.ts';
import { timelinePath } from '../links.ts';
import { DEFAULT_PAGE_SIZE, listResponse } from '../list-response.ts';
import { readQuery } from '../parameters.ts';
import { checkSpan, LONGEST_LIST_SPAN } from '../longest-span.ts';
import type { ApiParts, Route } from '../route.ts';

/** Restarts of all clusters that the caller may read, newest first. */
export function restartsRoute({ store, authorise, clock }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/restarts',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const readable = requireReader(principal);
      const { limit, cursor, counted, ...query } = readQuery(context.req.url, restartsQuery);
      if (query.cluster !== undefined) requireReaderOf(principal, query.cluster);
      checkSpan(query.from, query.to ?? new Date(clock()).toISOString(), LONGEST_LIST_SPAN);
      const page = await store.restarts(
        {
          ...query,
          ...(counted === undefined ? {} : { counted: counted === 'true' }),
          ...(readable === 'all' ? {} : { clusters: readable }),
        },
        Number(limit ?? DEFAULT_PAGE_SIZE),
        cursor,
      );
      return listResponse(context.req.url, { ...page, items: page.items.map(withLink) });
    },
  };
}

function withLink(restart: RestartRecord) {
  return { ...restart, timeline: timelinePath(restart.cluster, restart.pod.uid) };
}
