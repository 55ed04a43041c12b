import type { Context } from 'hono';
import type { Log } from '../log.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { Store } from '../store/store.ts';
import type { Authorise } from './access.ts';
import type { TokenDesk } from './identity/token-desk.ts';
import type { Changes } from './changes.ts';
import type { PageFiles } from './pages/page-files.ts';

/** What the API is made of. */
export interface ApiParts {
  readonly store: Store;
  readonly authorise: Authorise;
  readonly tokens: TokenDesk;
  readonly registrations: RegistrationStore;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A new name for a request. */
  readonly randomId: () => string;
  /** Origins whose pages may call the API (CORS); without it, none. */
  readonly corsOrigins?: readonly string[];
  /** Tells what is newly recorded, where one process takes all events; without it, nobody can follow a pod live. */
  readonly changes?: Changes;
  /** The built page; without it, the API alone. */
  readonly page?: PageFiles;
}

export interface ApiEnv {
  Variables: { requestId: string };
}

export type ApiContext = Context<ApiEnv>;

/** One method of one path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly handle: (context: ApiContext) => Response | Promise<Response>;
}
