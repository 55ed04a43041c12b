// The API on an embedded database in memory, spoken to over HTTP without a socket.
import { randomBytes } from 'node:crypto';
import type { Authorise } from '../../functions/api/access.ts';
import type { Changes } from '../../functions/api/changes.ts';
import { createApi } from '../../functions/api/api.ts';
import { createRateLimiter } from '../../functions/api/identity/rate-limiter.ts';
import { createServiceAccountVerifier } from '../../functions/api/identity/service-account.ts';
import { createTokenDesk, type TokenDesk } from '../../functions/api/identity/token-desk.ts';
import type { PageFiles } from '../../functions/api/pages/page-files.ts';
import { createLoopbackAccess } from '../../functions/api/loopback-access.ts';
import { createTokenAccess } from '../../functions/api/token-access.ts';
import { createJsonLog } from '../../functions/log.ts';
import { createDynamoStore } from '../../functions/store/dynamo-store.ts';
import { createRateCounter } from '../../functions/store/rate-counter.ts';
import { createRegistrationTable, type RegistrationStore } from '../../functions/store/registration-store.ts';
import type { Store } from '../../functions/store/store.ts';
import { createTokenTable } from '../../functions/store/token-table.ts';
import { type Engine, startDynalite } from './dynamodb.ts';

export interface TestApi {
  readonly store: Store;
  readonly tokens: TokenDesk;
  readonly registrations: RegistrationStore;
  /** Lines of the API's log, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Posts to the ingest route of `cluster`; the answer's JSON, whatever its status. */
  post(cluster: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined if it is none. */
  readonly json: ReturnType<JSON['parse']>;
}

export interface TestApiOptions {
  readonly authorise?: Authorise;
  /** Asks for tokens, as the Lambda function does; these hashes are of administrators' tokens. */
  readonly adminTokenHashes?: readonly string[];
  /** What the API takes for now, but for when clusters are heard of. */
  readonly clock?: () => number;
  readonly corsOrigins?: readonly string[];
  readonly changes?: Changes;
  readonly page?: PageFiles;
  /** Another instance on the table of `engine`, which is then left open. */
  readonly engine?: Engine;
  /** Puts something before the store. */
  readonly wrap?: (store: Store) => Store;
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { authorise, adminTokenHashes, clock = Date.now, corsOrigins = [], wrap } = options;
  const database = options.engine ?? (await startDynalite());
  const plain = createDynamoStore({ ...database, clock: () => Date.parse('2026-03-01T12:00:00Z') });
  const store = wrap === undefined ? plain : wrap(plain);
  const logged: Record<string, unknown>[] = [];
  let requests = 0;
  const log = createJsonLog((line) => logged.push(JSON.parse(line)), Date.now);
  const tokens = createTokenTable(database);
  const registrations = createRegistrationTable(database);
  const desk = createTokenDesk({ tokens, clock, randomBytes });
  const tokenAccess = (hashes: readonly string[]) =>
    createTokenAccess({
      tokens,
      registrations,
      limiter: createRateLimiter({ counter: createRateCounter(database), clock, log }),
      serviceAccounts: () =>
        Promise.resolve(
          createServiceAccountVerifier({
            fetch,
            timeoutMs: 500,
            maxBytes: 16_384,
            allowLoopbackHttp: true,
            clock,
            log,
          }),
        ),
      adminTokenHashes: hashes,
      clock,
      log,
    });
  const app = createApi({
    store,
    authorise:
      authorise ?? (adminTokenHashes === undefined ? createLoopbackAccess() : tokenAccess(adminTokenHashes)),
    tokens: desk,
    registrations,
    log,
    clock,
    corsOrigins,
    ...(options.changes === undefined ? {} : { changes: options.changes }),
    ...(options.page === undefined ? {} : { page: options.page }),
    randomId: () => `request-${(requests += 1)}`,
  });
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', '127.0.0.1:8080');
    return app.request(path, { ...init, headers });
  };
  const answerTo = async (response: Response): Promise<Answer> => {
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    store,
    tokens: desk,
    registrations,
    logged,
    request,
    post: async (cluster, body, headers = { 'content-type': 'application/x-ndjson' }) =>
      answerTo(
        await request(`/v1/clusters/${cluster}/events`, {
          method: 'POST',
          headers,
          body: typeof body === 'string' ? body : Uint8Array.from(body),
        }),
      ),
    get: async (path, headers = {}) => answerTo(await request(path, { headers })),
    close: () => (options.engine === undefined ? database.close() : Promise.resolve()),
  };
}

export function ndjson(events: readonly unknown[]): string {
  return events.map((event) => JSON.stringify(event)).join('\n');
}
