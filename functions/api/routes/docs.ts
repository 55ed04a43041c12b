import type { Route } from '../route.ts';

/** The OpenAPI document as a page for people. It is made, and the code for it loaded, when it is first asked for. */
export function docsRoute(): Route {
  let page: Promise<{ readonly body: string; readonly policy: string }> | undefined;
  return {
    method: 'GET',
    path: '/docs',
    handle: async () => {
      page ??= import('../pages/docs-page.ts').then(async ({ DOCS_PAGE_POLICY, renderDocsPage }) => ({
        body: String(await renderDocsPage()),
        policy: DOCS_PAGE_POLICY,
      }));
      const { body, policy } = await page;
      return new Response(body, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
      });
    },
  };
}
