// A small server in the place of the API: takes batches as the API does, and answers as a test tells it to.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { RecordedEvent } from '../../timeline/contract/event.ts';

export interface IngestRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly RecordedEvent[];
}

/** Answers one request, or leaves it to `accept`. */
export type Behaviour = (request: IngestRequest, response: ServerResponse) => void;

/** 200, with everything accepted. */
export const accept: Behaviour = ({ events }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ accepted: events.length, duplicates: 0, rejected: [] }));
};

/** A problem document, or nothing but a status. */
export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  detail?: string,
): Behaviour {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(detail === undefined ? '' : JSON.stringify({ type: 'about:blank', status, detail }));
  };
}

export class IngestServer {
  readonly requests: IngestRequest[] = [];
  readonly #next: Behaviour[] = [];
  #otherwise: Behaviour = accept;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #port = 0;

  static async start(): Promise<IngestServer> {
    const server = new IngestServer();
    await server.open();
    return server;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}`);
  }

  /** Everything that was accepted or not, in the order it came. */
  get events(): readonly RecordedEvent[] {
    return this.requests.flatMap(({ events }) => events);
  }

  /** How to answer the next requests, one each; then as `otherwise`. */
  next(...behaviours: readonly Behaviour[]): void {
    this.#next.push(...behaviours);
  }

  otherwise(behaviour: Behaviour): void {
    this.#otherwise = behaviour;
  }

  /** Listens, at the same port as before if it ever did. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isZstd = request.headers['content-encoding'] === 'zstd';
    const text = (isZstd ? zstdDecompressSync(body) : gunzipSync(body)).toString('utf8');
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedEvent);
    const seen = { path: request.url ?? '', headers: request.headers, events };
    this.requests.push(seen);
    (this.#next.shift() ?? this.#otherwise)(seen, response);
  }
}
