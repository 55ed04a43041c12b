import { renderStartPage, START_PAGE_CONTENT_SECURITY_POLICY } from '../pages/start-page.ts';
import { requireReader } from '../access.ts';
import { noQuery, readQuery } from '../parameters.ts';
import type { ApiParts, Route } from '../route.ts';
import { readableClusters } from './clusters.ts';

const MAX_CLUSTERS = 20;
const MAX_PODS = 50;

/** What a browser sees first: the clusters and their pods, with links to their timelines. */
export function startPageRoute({ store, authorise }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/',
    handle: async (context) => {
      const readable = requireReader(await authorise(context.req.raw));
      readQuery(context.req.url, noQuery);
      const clusters = await readableClusters(store, readable, MAX_CLUSTERS);
      const pods = await Promise.all(clusters.items.map(({ name }) => store.pods(name, {}, MAX_PODS)));
      const sections = clusters.items.map((cluster, index) => ({
        cluster,
        pods: pods[index] ?? { items: [] },
      }));
      return new Response(String(await renderStartPage(sections)), {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': START_PAGE_CONTENT_SECURITY_POLICY,
        },
      });
    },
  };
}
