import type { Context } from 'hono';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Authorise } from './access.ts';

/** What the API is made of. */
export interface ApiParts {
  readonly store: Store;
  readonly authorise: Authorise;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A new name for a request. */
  readonly randomId: () => string;
}

export interface ApiEnv {
  Variables: { requestId: string };
}

export type ApiContext = Context<ApiEnv>;

/** One method of one path. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: (context: ApiContext) => Response | Promise<Response>;
}
