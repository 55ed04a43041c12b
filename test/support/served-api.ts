// The API of `startTestApi` on a socket of loopback, so that programs can speak to it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { startTestApi, type TestApi, type TestApiOptions } from './api.ts';

export interface ServedApi {
  readonly api: TestApi;
  readonly url: string;
  close(): Promise<void>;
}

export async function serveTestApi(options: TestApiOptions = {}): Promise<ServedApi> {
  const api = await startTestApi(options);
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? {} : { body: await request.arrayBuffer() };
    return api.request(pathname + search, { method: request.method, headers: request.headers, ...body });
  };
  const server = createAdaptorServer({ fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    api,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await once(server, 'close');
      await api.close();
    },
  };
}
