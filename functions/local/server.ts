import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { SettingError } from './settings.ts';

/** The API, as Hono gives it. */
export interface LocalApi {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export interface LocalServer {
  readonly url: string;
  /** Takes no more requests, finishes those under way (for `patienceMs`), and closes. */
  close(patienceMs: number): Promise<void>;
}

/** Serves the API on loopback. @throws SettingError if the port cannot be had. */
export async function serveLocally(api: LocalApi, port: number): Promise<LocalServer> {
  const server = createAdaptorServer({ fetch: api.fetch }) as Server;
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw refusal(port, error);
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async (patienceMs) => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function refusal(port: number, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const remedy = 'set PODLAPSE_PORT to another port, or to 0 for any free one';
  if (error.code === 'EADDRINUSE') {
    return new SettingError(
      `port ${port} of 127.0.0.1 is in use, perhaps by another podlapse; stop it, or ${remedy}`,
    );
  }
  if (error.code === 'EACCES')
    return new SettingError(`port ${port} may not be used by this user; ${remedy}`);
  return error;
}
