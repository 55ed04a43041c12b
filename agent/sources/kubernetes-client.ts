import http, { type OutgoingHttpHeaders } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import {
  type KubernetesAnswer,
  type KubernetesClient,
  KubernetesUnreachableError,
  type KubernetesWriter,
} from './kubernetes-api.ts';
import type { KubernetesCredentials } from './kubernetes-credentials.ts';

export interface KubernetesClientSettings {
  readonly credentials: KubernetesCredentials;
  /** The longest that a connection may take, TLS included. */
  readonly connectTimeoutMs?: number;
}

/**
 * After 30 s without traffic the kernel asks the peer whether it is there; libuv has it ask every second and give up
 * after ten: a peer that vanished is noticed within a minute, and balancers that drop idle connections (60 s at many)
 * see traffic.
 */
const KEEP_ALIVE_MS = 30_000;

/**
 * Talks to a Kubernetes API server over one pool of connections: a list and the watch after it use the same one, and
 * each further watch one more. (client-node's own `Watch` makes a connection for every call.)
 */
export function createKubernetesClient(
  settings: KubernetesClientSettings,
): KubernetesClient & KubernetesWriter & { close(): void } {
  const { credentials, connectTimeoutMs = 10_000 } = settings;
  const { server } = credentials;
  const { request, agent } = server.startsWith('http:')
    ? { request: http.request, agent: new http.Agent({ keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS }) }
    : { request: https.request, agent: new https.Agent({ keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS }) };

  const ask = async (url: string, body: Body | undefined, signal: AbortSignal): Promise<KubernetesAnswer> => {
    const options = { agent, ...(await credentials.requestOptions()), signal };
    signal.throwIfAborted();
    let sent = await send(request, url, options, body, connectTimeoutMs);
    // The server closed a kept connection just as we took it: the request never reached it.
    if ('error' in sent && sent.isStaleConnection) {
      sent = await send(request, url, options, body, connectTimeoutMs);
    }
    if ('error' in sent) throw unreachable(sent.error, signal);
    const { response } = sent;
    if (response.statusCode === 401) credentials.forget();
    return {
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'],
      body: readChunks(response, signal),
    };
  };

  const base = server.replace(/\/$/, '');
  return {
    server,
    get: (path, query, signal) =>
      ask(`${base}${path}?${new URLSearchParams(query).toString()}`, undefined, signal),
    send: (method, path, body, signal) =>
      ask(`${base}${path}`, { method, text: JSON.stringify(body) }, signal),
    close: () => agent.destroy(),
  };
}

interface Body {
  readonly method: 'POST' | 'PUT';
  readonly text: string;
}

type Sent =
  | { readonly response: http.IncomingMessage }
  | { readonly error: Error; readonly isStaleConnection: boolean };

function send(
  request: typeof https.request,
  url: string,
  options: RequestOptions,
  body: Body | undefined,
  connectTimeoutMs: number,
): Promise<Sent> {
  const own = {
    accept: 'application/json',
    'user-agent': 'podlapse-agent',
    ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body.text) }),
  };
  const headers = Object.assign(own, options.headers) as OutgoingHttpHeaders;
  return new Promise((resolve) => {
    const sending = request(url, { ...options, headers, method: body?.method ?? 'GET' });
    const tooLate = () =>
      sending.destroy(new Error(`no connection within ${connectTimeoutMs / 1000} s, TLS included`));
    const timer = setTimeout(tooLate, connectTimeoutMs);
    const connected = () => clearTimeout(timer);
    sending.on('socket', (socket) => {
      if (sending.reusedSocket) connected();
      else socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', connected);
    });
    sending.on('response', (response) => {
      connected();
      resolve({ response });
    });
    sending.on('error', (error: NodeJS.ErrnoException) => {
      connected();
      resolve({ error, isStaleConnection: sending.reusedSocket && error.code === 'ECONNRESET' });
    });
    sending.end(body?.text);
  });
}

async function* readChunks(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await next(chunks, signal);
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Left before its end, the rest is of no use: this closes the connection.
    if (!response.readableEnded) response.destroy();
  }
}

async function next(
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next();
  } catch (error) {
    throw unreachable(error, signal);
  }
}

/** An abort has its own reason, which says more than that the request was aborted. */
function unreachable(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const message = error instanceof Error ? describe(error) : String(error);
  return new KubernetesUnreachableError(message, { cause: error });
}

/** All addresses of a name were tried: the message of an AggregateError is empty, its parts have it. */
function describe(error: Error): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((part) => (part instanceof Error ? part.message : String(part))).join(', ');
  }
  return error.message;
}
