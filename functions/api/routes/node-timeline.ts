import { nodeTimelineQuery } from '../../../timeline/contract/queries.ts';
import { renderNodeText } from '../../../timeline/render/node-text.ts';
import { requireReaderOf } from '../access.ts';
import { nextOf } from '../list-response.ts';
import { loadNode, type NodePage } from '../load-node.ts';
import { negotiateTextFormat } from '../negotiate.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';

/** A node holds 110 pods unless it is set otherwise: that is all living ones, and as many that are gone. */
const DEFAULT_PODS = 250;

/** What happened on a node: incidents that befell many containers at once, each told once, and the other restarts. */
export function nodeTimelineRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/nodes/:node/timeline',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const node = readPathParameter('node', context.req.param('node'));
      const query = readQuery(context.req.url, nodeTimelineQuery);
      const format = query.format ?? negotiateTextFormat(context.req.header('accept') ?? null);
      const { page, cursor } = await loadNode(store, {
        cluster,
        node,
        since: query.since,
        limit: Number(query.limit ?? DEFAULT_PODS),
        cursor: query.cursor,
      });
      const next = cursor === undefined ? null : nextOf(context.req.url, cursor);
      const headers = { vary: 'Accept', ...(next === null ? {} : { link: `<${next}>; rel="next"` }) };
      if (format === 'json') {
        return new Response(JSON.stringify({ ...page, cursor: cursor ?? null, next }), {
          headers: { ...headers, 'content-type': 'application/json' },
        });
      }
      return new Response(renderNodeText(page) + sayRest(page, next), {
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      });
    },
  };
}

function sayRest({ leftOut: { incidents, restarts } }: NodePage, next: string | null): string {
  const rest = [
    ...(incidents + restarts > 0
      ? [`Left out, as too many: the ${incidents} oldest incidents and the ${restarts} oldest restarts`]
      : []),
    ...(next === null ? [] : [`Older pods: ${next}`]),
  ];
  return rest.length === 0 ? '' : `\n${rest.join('\n')}\n`;
}
