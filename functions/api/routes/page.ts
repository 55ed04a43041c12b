import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';
import { PAGE_CONTENT_SECURITY_POLICY } from '../security-headers.ts';

/** The page's views. What each shows stands in the query, which is the page's own to read. */
export const PAGE_PATHS = ['/', '/pod', '/workload', '/node', '/report'] as const;

/** A name with a hash of the content in it never means another content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The page, at the path of each of its views, and the files that it is made of. They hold no data and need no token. */
export function pageRoutes({ page }: ApiParts): readonly Route[] {
  const read = async (path: string) => {
    const file = await page?.read(path);
    if (file !== undefined) return file;
    throw new Problem(
      'not-found',
      path === 'index.html'
        ? 'The page is not built here: run `npm run build:web`. The API is there nevertheless, see /docs.'
        : 'The page has no such file; perhaps it was built anew: reload it.',
    );
  };
  const views = PAGE_PATHS.map(
    (path): Route => ({
      method: 'GET',
      path,
      handle: async () => {
        const { body, contentType } = await read('index.html');
        return new Response(body, {
          headers: {
            'content-type': contentType,
            'content-security-policy': PAGE_CONTENT_SECURITY_POLICY,
            'cache-control': 'no-cache',
          },
        });
      },
    }),
  );
  const assets: Route = {
    method: 'GET',
    path: '/assets/:name',
    handle: async (context) => {
      // As every route that reads parameters, it loads the schemas when it is asked for: they slow a cold start down.
      const { noQuery } = await import('../../../timeline/contract/queries.ts');
      const { readQuery } = await import('../parameters.ts');
      readQuery(context.req.url, noQuery);
      const { body, contentType } = await read(`assets/${context.req.param('name')}`);
      return new Response(body, { headers: { 'content-type': contentType, 'cache-control': FOR_EVER } });
    },
  };
  return [...views, assets];
}
