import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';

/** A moment's answer is of no use later. */
const HEADERS = { 'cache-control': 'no-store' };
const RETRY_AFTER_SECONDS = 5;

/** Whether the process answers. */
export function livenessRoute(): Route {
  return {
    method: 'GET',
    path: '/healthz',
    handle: () => Response.json({ status: 'ok' }, { headers: HEADERS }),
  };
}

/** Whether the store answers too. */
export function readinessRoute({ store, log }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/readyz',
    handle: async () => {
      try {
        await store.ping();
      } catch (error) {
        log.warn('the store does not answer', { error });
        throw new Problem('store-unreachable', 'The store does not answer; the cause is in the log.', {
          headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
        });
      }
      return Response.json({ status: 'ready' }, { headers: HEADERS });
    },
  };
}
