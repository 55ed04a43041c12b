import type { ApiParts, Route } from '../route.ts';

/** Whether the process answers. */
export function livenessRoute(): Route {
  return { method: 'GET', path: '/healthz', handle: () => Response.json({ status: 'ok' }) };
}

/** Whether the store answers too. */
export function readinessRoute({ store, log }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/readyz',
    handle: async () => {
      try {
        await store.ping();
        return Response.json({ status: 'ready' });
      } catch (error) {
        log.warn('the store does not answer', { error });
        return Response.json({ status: 'store-unreachable' }, { status: 503 });
      }
    },
  };
}
