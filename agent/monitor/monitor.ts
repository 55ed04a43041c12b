import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Source } from '../observation.ts';
import type { Tell } from '../telemetry/happening.ts';
import type { SpoolSight } from '../telemetry/metrics.ts';
import type { AgentIdentity } from '../trim/statement.ts';
import { createReadiness } from './readiness.ts';

export interface MonitorSettings {
  /** The address to listen at: loopback, or `0.0.0.0` in a pod, where the kubelet and Prometheus come from outside. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** What whoever runs the agent can ask it over HTTP. */
export interface Monitor {
  readonly port: number;
  readonly note: Tell;
  expect(sources: readonly Source['name'][]): void;
  followSpool(look: () => SpoolSight): void;
  close(): Promise<void>;
}

/** The address for health and metrics cannot be listened at. */
export class MonitorError extends Error {
  readonly code = 'monitor-address';
  override readonly name = 'MonitorError';
}

/** Longer requests are none of ours. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves `/healthz` (200 as long as the process answers), `/readyz` (503 with the reasons while something is not
 * watched) and `/metrics` (Prometheus text). None of them tells anything of a pod.
 *
 * @throws MonitorError when the address is taken or not ours
 */
export async function startMonitor(
  { host, port }: MonitorSettings,
  agent: AgentIdentity,
  now: () => number,
): Promise<Monitor> {
  // Only whoever asks for numbers pays for the library that counts them.
  const { createMetrics } = await import('../telemetry/metrics.ts');
  const metrics = createMetrics(agent, now);
  const readiness = createReadiness();

  const answer = async (path: string): Promise<Answer> => {
    switch (path) {
      case '/healthz':
        return plain(200, 'ok');
      case '/readyz': {
        const { isReady, lines } = readiness.read();
        return plain(isReady ? 200 : 503, lines.join('\n'));
      }
      case '/metrics':
        return { status: 200, ...(await metrics.render()) };
      default:
        return plain(404, 'there are /healthz, /readyz and /metrics');
    }
  };

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void respond(request, response, answer);
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MonitorError(
      `health and metrics cannot be served at ${host}:${port} (${why}): choose another --metrics-port or --metrics-host`,
      { cause },
    );
  }
  return {
    port: (server.address() as AddressInfo).port,
    note(happening) {
      metrics.count(happening);
      readiness.note(happening);
    },
    expect: (sources) => readiness.expect(sources),
    followSpool: (look) => metrics.followSpool(look),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

function plain(status: number, text: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', text: `${text}\n` };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (path: string) => Promise<Answer>,
): Promise<void> {
  request.resume();
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const { status, contentType, text } = isRead
    ? await answer((request.url ?? '/').split('?', 1)[0] ?? '/')
    : plain(405, 'only GET is possible here');
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(isRead ? {} : { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
