import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { ApiEnv, Route } from '../../../functions/api/route.ts';
import { routeOnDemand } from '../../../functions/api/route-on-demand.ts';

const ROUTE: Route = { method: 'GET', path: '/greeting', handle: () => new Response('hello') };

function serve(route: Route) {
  const app = new Hono<ApiEnv>();
  app.on(route.method, route.path, async (context) => route.handle(context));
  app.onError((error) => new Response(error.message, { status: 500 }));
  return () => app.request('/greeting');
}

describe('a route on demand', () => {
  it('is loaded when it is first asked for, once', async () => {
    let loads = 0;
    const ask = serve(
      routeOnDemand('GET', '/greeting', () => {
        loads += 1;
        return Promise.resolve(ROUTE);
      }),
    );
    expect(loads).toBe(0);
    const answers = await Promise.all([ask(), ask()]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['hello', 'hello']);
    expect(loads).toBe(1);
  });

  it('is not answered by another route', async () => {
    const ask = serve(routeOnDemand('GET', '/greeting', () => Promise.resolve({ ...ROUTE, path: '/other' })));
    expect(await (await ask()).text()).toBe('what was loaded for GET /greeting is GET /other');
  });
});
