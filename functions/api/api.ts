import { Hono } from 'hono';
import { Problem, PROBLEMS } from './problem.ts';
import { problemOf, problemResponse } from './problem-mapper.ts';
import type { ApiEnv, ApiParts, Route } from './route.ts';
import { clustersRoute } from './routes/clusters.ts';
import { livenessRoute, readinessRoute } from './routes/health.ts';
import { ingestRoute } from './routes/ingest.ts';
import { namedTimelineRoute } from './routes/named-timeline.ts';
import { openApiRoute } from './routes/openapi.ts';
import { podEventsRoute } from './routes/pod-events.ts';
import { podTimelineRoute } from './routes/pod-timeline.ts';
import { podsRoute } from './routes/pods.ts';
import { startPageRoute } from './routes/start-page.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** All routes of the API. */
export function apiRoutes(parts: ApiParts): readonly Route[] {
  return [
    ingestRoute(parts),
    clustersRoute(parts),
    podsRoute(parts),
    podTimelineRoute(parts),
    namedTimelineRoute(parts),
    podEventsRoute(parts),
    livenessRoute(),
    readinessRoute(parts),
    openApiRoute(),
    startPageRoute(parts),
  ];
}

/** The API as a Hono app: the same for Lambda and for the local server. Every error is a problem document. */
export function createApi(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.use(async (context, next) => {
    const requestId = parts.randomId();
    context.set('requestId', requestId);
    await next();
    context.res.headers.set('x-request-id', requestId);
    for (const [name, value] of SECURITY_HEADERS) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });

  const methodsOf = Map.groupBy(apiRoutes(parts), (route) => route.path);
  for (const [path, routes] of methodsOf) {
    for (const route of routes) app.on(route.method, path, (context) => route.handle(context));
    const allowed = routes
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .join(', ');
    app.all(path, (context) => {
      throw new Problem(
        'method-not-allowed',
        `${context.req.method} is not allowed here; allowed: ${allowed}.`,
        {
          headers: { allow: allowed },
        },
      );
    });
  }

  // Answered, not thrown: Hono treats an error thrown here outside the middleware, and so without its headers.
  app.notFound((context) =>
    problemResponse(
      new Problem('not-found', 'No route has this path; all of them are in /openapi.json.'),
      context.get('requestId'),
    ),
  );

  app.onError((error, context) => {
    const problem = problemOf(error);
    const requestId = context.get('requestId');
    if (PROBLEMS[problem.code].status >= 500) {
      parts.log.error('a request failed', {
        requestId,
        method: context.req.method,
        path: context.req.path,
        error,
      });
    }
    return problemResponse(problem, requestId);
  });

  return app;
}
