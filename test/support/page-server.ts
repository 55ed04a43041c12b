// The API with the built page, over HTTP on loopback, on an embedded database in memory.
import { createChanges } from '../../functions/api/changes.ts';
import { createPageFiles } from '../../functions/api/pages/page-files.ts';
import { serveLocally } from '../../functions/local/server.ts';
import { ensureWebBuilt } from '../../scripts/ensure-web-built.mjs';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { ndjson, startTestApi, type TestApi, type TestApiOptions } from './api.ts';

export interface PageServer {
  readonly url: string;
  readonly api: TestApi;
  /** Records events as an agent would. @throws Error unless all are taken */
  record(cluster: string, events: readonly RecordedEvent[]): Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param options without `live` it offers no following, as on Lambda */
export async function startPageServer(
  options: Omit<TestApiOptions, 'changes'> & { readonly live?: boolean } = {},
): Promise<PageServer> {
  const { live = true, ...given } = options;
  const changes = createChanges({ maxFollowers: 100 });
  const folder = ensureWebBuilt();
  const api = await startTestApi({
    ...given,
    page: createPageFiles(folder),
    ...(live ? { changes } : {}),
  });
  const server = await serveLocally({ fetch: (request) => api.request(request.url, request) }, 0);
  return {
    url: server.url,
    api,
    async record(cluster, events) {
      for (let first = 0; first < events.length; first += LIMITS.eventsPerBatch) {
        const batch = events.slice(first, first + LIMITS.eventsPerBatch);
        const { status, json } = await api.post(cluster, ndjson(batch));
        if (status !== 200 || json.rejected.length > 0)
          throw new Error(`the API took not all of a batch: ${JSON.stringify(json).slice(0, 500)}`);
      }
    },
    async close() {
      changes.close();
      await server.close(500);
      await api.close();
    },
  };
}
