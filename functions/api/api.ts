import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { Problem, PROBLEMS } from './problem.ts';
import { problemOf, problemResponse } from './problem-mapper.ts';
import { represent } from './representation.ts';
import { requestIdOf } from './request-id.ts';
import type { ApiEnv, ApiParts, Route } from './route.ts';
import { routeOnDemand } from './route-on-demand.ts';
import { docsRoute } from './routes/docs.ts';
import { livenessRoute, readinessRoute } from './routes/health.ts';
import { openApiRoute } from './routes/openapi.ts';
import { pageRoutes } from './routes/page.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** All routes of the API. */
export function apiRoutes(parts: ApiParts): readonly Route[] {
  return [
    routeOnDemand('POST', `${CLUSTER}/events`, async () =>
      (await import('./routes/ingest.ts')).ingestRoute(parts),
    ),
    ...readingRoutes(parts),
    ...adminRoutes(parts),
    livenessRoute(),
    readinessRoute(parts),
    openApiRoute(),
    docsRoute(),
    ...pageRoutes(parts),
  ];
}

const CLUSTER = '/v1/clusters/:cluster';

function readingRoutes(parts: ApiParts): readonly Route[] {
  const get = (path: string, load: () => Promise<Route>) => routeOnDemand('GET', path, load);
  return [
    get('/v1/clusters', async () => (await import('./routes/clusters.ts')).clustersRoute(parts)),
    get(`${CLUSTER}/pods`, async () => (await import('./routes/pods.ts')).podsRoute(parts)),
    get(`${CLUSTER}/pods/:uid/timeline`, async () =>
      (await import('./routes/pod-timeline.ts')).podTimelineRoute(parts),
    ),
    get(`${CLUSTER}/namespaces/:ns/pods/:name/timeline`, async () =>
      (await import('./routes/named-timeline.ts')).namedTimelineRoute(parts),
    ),
    get(`${CLUSTER}/nodes/:node/timeline`, async () =>
      (await import('./routes/node-timeline.ts')).nodeTimelineRoute(parts),
    ),
    get(`${CLUSTER}/namespaces/:ns/workloads/:kind/:name/timeline`, async () =>
      (await import('./routes/workload-timeline.ts')).workloadTimelineRoute(parts),
    ),
    get(`${CLUSTER}/pods/:uid/events`, async () =>
      (await import('./routes/pod-events.ts')).podEventsRoute(parts),
    ),
    get(`${CLUSTER}/pods/:uid/live`, async () => (await import('./routes/pod-live.ts')).podLiveRoute(parts)),
    get('/v1/restarts', async () => (await import('./routes/restarts.ts')).restartsRoute(parts)),
    get('/v1/reports/restarts', async () =>
      (await import('./routes/restart-report.ts')).restartReportRoute(parts),
    ),
    get('/v1/metrics/restarts', async () =>
      (await import('./routes/restart-metrics.ts')).restartMetricsRoute(parts),
    ),
  ];
}

const CLUSTERS = '/v1/admin/clusters';
const TOKENS = '/v1/admin/tokens';

/** What administrators ask for, a few times a week. */
function adminRoutes(parts: ApiParts): readonly Route[] {
  const registrations = () => import('./routes/admin/registrations.ts');
  const tokens = () => import('./routes/admin/tokens.ts');
  return [
    routeOnDemand('GET', CLUSTERS, async () => (await registrations()).listRegistrationsRoute(parts)),
    routeOnDemand('GET', `${CLUSTERS}/:cluster`, async () =>
      (await registrations()).getRegistrationRoute(parts),
    ),
    routeOnDemand('PUT', `${CLUSTERS}/:cluster`, async () =>
      (await registrations()).registerClusterRoute(parts),
    ),
    routeOnDemand('GET', TOKENS, async () => (await tokens()).listTokensRoute(parts)),
    routeOnDemand('POST', TOKENS, async () => (await tokens()).makeTokenRoute(parts)),
    routeOnDemand('GET', `${TOKENS}/:id`, async () => (await tokens()).getTokenRoute(parts)),
    routeOnDemand('POST', `${TOKENS}/:id/rotation`, async () => (await tokens()).rotateTokenRoute(parts)),
    routeOnDemand('DELETE', `${TOKENS}/:id`, async () => (await tokens()).revokeTokenRoute(parts)),
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
