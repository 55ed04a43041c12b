import { timelineQuery } from '../../../timeline/contract/queries.ts';
import { requireReaderOf } from '../access.ts';
import { loadTimeline } from '../load-timeline.ts';
import { negotiateFormat } from '../negotiate.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';
import { timelineResponse } from '../timeline-response.ts';

/** The timeline of one pod. */
export function podTimelineRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/pods/:uid/timeline',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const uid = readPathParameter('uid', context.req.param('uid'));
      const query = readQuery(context.req.url, timelineQuery);
      const format = query.format ?? negotiateFormat(context.req.header('accept') ?? null);
      return timelineResponse(await loadTimeline(store, cluster, uid), format);
    },
  };
}
