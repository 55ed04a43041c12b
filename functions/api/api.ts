import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { Problem, PROBLEMS } from './problem.ts';
import { problemOf, problemResponse } from './problem-mapper.ts';
import { represent } from './representation.ts';
import { requestIdOf } from './request-id.ts';
import type { ApiEnv, ApiParts, Route } from './route.ts';
import {
  getRegistrationRoute,
  listRegistrationsRoute,
  registerClusterRoute,
} from './routes/admin/registrations.ts';
import {
  getTokenRoute,
  listTokensRoute,
  makeTokenRoute,
  revokeTokenRoute,
  rotateTokenRoute,
} from './routes/admin/tokens.ts';
import { clustersRoute } from './routes/clusters.ts';
import { docsRoute } from './routes/docs.ts';
import { livenessRoute, readinessRoute } from './routes/health.ts';
import { ingestRoute } from './routes/ingest.ts';
import { namedTimelineRoute } from './routes/named-timeline.ts';
import { nodeTimelineRoute } from './routes/node-timeline.ts';
import { openApiRoute } from './routes/openapi.ts';
import { podEventsRoute } from './routes/pod-events.ts';
import { podTimelineRoute } from './routes/pod-timeline.ts';
import { podsRoute } from './routes/pods.ts';
import { restartReportRoute } from './routes/restart-report.ts';
import { restartsRoute } from './routes/restarts.ts';
import { startPageRoute } from './routes/start-page.ts';
import { workloadTimelineRoute } from './routes/workload-timeline.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** All routes of the API. */
export function apiRoutes(parts: ApiParts): readonly Route[] {
  return [
    ingestRoute(parts),
    clustersRoute(parts),
    podsRoute(parts),
    podTimelineRoute(parts),
    namedTimelineRoute(parts),
    nodeTimelineRoute(parts),
    workloadTimelineRoute(parts),
    podEventsRoute(parts),
    restartsRoute(parts),
    restartReportRoute(parts),
    listRegistrationsRoute(parts),
    getRegistrationRoute(parts),
    registerClusterRoute(parts),
    listTokensRoute(parts),
    makeTokenRoute(parts),
    getTokenRoute(parts),
    rotateTokenRoute(parts),
    revokeTokenRoute(parts),
    livenessRoute(),
    readinessRoute(parts),
    openApiRoute(),
    docsRoute(),
    startPageRoute(parts),
  ];
}

/** What the pages of an allowed origin may send, and see of the answer. */
const CORS = {
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowHeaders: ['authorization', 'content-type', 'content-encoding', 'if-none-match', 'x-request-id'],
  exposeHeaders: ['etag', 'link', 'location', 'retry-after', 'x-request-id'],
  maxAge: 600,
};

/** The API as a Hono app: the same for Lambda and for the local server. Every error is a problem document. */
export function createApi(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req.raw, parts.randomId);
    context.set('requestId', requestId);
    await next();
    context.res.headers.set('x-request-id', requestId);
    for (const [name, value] of SECURITY_HEADERS) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });
  const { corsOrigins = [] } = parts;
  if (corsOrigins.length > 0) app.use(cors({ ...CORS, origin: [...corsOrigins] }));

  const methodsOf = Map.groupBy(apiRoutes(parts), (route) => route.path);
  for (const [path, routes] of methodsOf) {
    for (const route of routes) {
      app.on(route.method, path, async (context) => represent(context.req.raw, await route.handle(context)));
    }
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
