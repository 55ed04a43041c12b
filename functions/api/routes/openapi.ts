import type { Route } from '../route.ts';

/**
 * The OpenAPI document. It is made from the schemas when it is first asked for, and the code that makes it is loaded
 * only then: no other request pays for it.
 */
export function openApiRoute(): Route {
  let document: Promise<string> | undefined;
  return {
    method: 'GET',
    path: '/openapi.json',
    handle: async () => {
      document ??= import('../openapi/document.ts').then(({ openApiDocument }) =>
        JSON.stringify(openApiDocument()),
      );
      return new Response(await document, { headers: { 'content-type': 'application/json' } });
    },
  };
}
