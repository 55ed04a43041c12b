import { once } from 'node:events';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { frameOf, messagesOf } from './grpc-frames.ts';
import { CriUnavailableError } from './unavailable.ts';

export interface GrpcConnectionSettings {
  readonly socketPath: string;
  /** How long the runtime may take to accept, and to answer what is no stream. */
  readonly timeoutMs: number;
}

export interface GrpcCall {
  /** `package.Service/Method`. */
  readonly method: string;
  readonly request: Uint8Array;
  /** Of containerd: the namespace that a call is about (`containerd-namespace`). */
  readonly namespace?: string;
}

/** What gRPC takes by default; a container's record is mostly its specification, some ten KiB. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_PROBLEM = 300;

/**
 * A connection to a gRPC server on a socket of this machine: `node:http2` and what little of gRPC a client without
 * compression, retries and load balancing needs (gRPC over HTTP/2). @grpc/grpc-js would cost the agent a quarter of its
 * memory; docs/decisions/0010-grpc-by-hand.md has the numbers.
 *
 * Every method throws CriUnavailableError, or the signal's reason.
 */
export class GrpcConnection {
  readonly #session: http2.ClientHttp2Session;
  readonly #settings: GrpcConnectionSettings;

  private constructor(session: http2.ClientHttp2Session, settings: GrpcConnectionSettings) {
    this.#session = session;
    this.#settings = settings;
    // A connection that breaks ends its calls, which say so; it is no error of its own.
    session.on('error', () => {});
  }

  static async open(settings: GrpcConnectionSettings, signal: AbortSignal): Promise<GrpcConnection> {
    const { socketPath, timeoutMs } = settings;
    signal.throwIfAborted();
    const socket = net.connect({ path: socketPath });
    const session = http2.connect('http://localhost', {
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    const connection = new GrpcConnection(session, settings);
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      // The server's first settings: that is no socket which merely accepts.
      await once(session, 'remoteSettings', { signal: AbortSignal.any([signal, deadline]) });
      return connection;
    } catch (error) {
      connection.close();
      throw explained(`connecting to ${socketPath}`, error, signal, deadline.aborted, timeoutMs);
    }
  }

  /** The one message that answers the call. */
  async unary(call: GrpcCall, signal: AbortSignal): Promise<Uint8Array> {
    for await (const message of this.list(call, signal)) return message;
    throw new CriUnavailableError('malformed', `${call.method} was answered with nothing`);
  }

  /** All messages of a list that comes as a stream; it must end in time. */
  list(call: GrpcCall, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#begin(call, signal, this.#settings.timeoutMs);
  }

  /** The messages of a stream without end; the call is made when this is called, not when it is first read. */
  stream(call: GrpcCall, signal: AbortSignal): GrpcStream {
    return this.#begin(call, signal);
  }

  close(): void {
    this.#session.destroy();
  }

  #begin({ method, request, namespace }: GrpcCall, signal: AbortSignal, timeoutMs?: number): GrpcStream {
    signal.throwIfAborted();
    if (this.#session.destroyed || this.#session.closed)
      throw new CriUnavailableError('closed', `${method}: the connection is closed`);
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': `/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(namespace === undefined ? {} : { 'containerd-namespace': namespace }),
    });
    stream.end(frameOf(request));
    return new GrpcStream(method, stream, signal, timeoutMs);
  }
}

/** The messages that answer one call, to be read once. */
export class GrpcStream implements AsyncIterable<Uint8Array> {
  readonly #method: string;
  readonly #stream: http2.ClientHttp2Stream;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number | undefined;
  #isLate = false;
  #http: number | undefined;
  #status: string | undefined;
  #message = '';

  constructor(
    method: string,
    stream: http2.ClientHttp2Stream,
    signal: AbortSignal,
    timeoutMs: number | undefined,
  ) {
    this.#method = method;
    this.#stream = stream;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    // Whoever reads is told; until then an error must not be without a listener.
    stream.on('error', () => {});
    // gRPC tells how a call ended by the trailers, or by the headers of an answer that has no body.
    stream.once('response', (headers) => {
      this.#http = headers[':status'];
      this.#take(headers);
    });
    stream.once('trailers', (headers) => this.#take(headers));
  }

  /** @throws CriUnavailableError if the call has failed already */
  throwIfFailed(): void {
    const failure = this.#failure();
    if (failure !== undefined) throw failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    // One signal and one timer: a hundred containers are asked about in a row, and each would leave more behind.
    const stop = () => this.#stream.destroy(new Error('given up'));
    this.#signal.addEventListener('abort', stop);
    if (this.#signal.aborted) stop();
    const timer =
      this.#timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            this.#isLate = true;
            stop();
          }, this.#timeoutMs);
    try {
      yield* messagesOf(this.#stream as AsyncIterable<Uint8Array>, MAX_MESSAGE_BYTES);
      const failure = this.#failure();
      if (failure !== undefined) throw failure;
      if (this.#status === undefined)
        throw new CriUnavailableError('closed', `${this.#method} was broken off`);
    } catch (error) {
      throw this.#failure() ?? explained(this.#method, error, this.#signal, this.#isLate, this.#timeoutMs);
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', stop);
      this.#stream.close(http2.constants.NGHTTP2_CANCEL);
    }
  }

  #take(headers: http2.IncomingHttpHeaders): void {
    const { 'grpc-status': status, 'grpc-message': message } = headers;
    if (typeof status === 'string') this.#status = status;
    if (typeof message === 'string') this.#message = message.slice(0, MAX_PROBLEM);
  }

  #failure(): CriUnavailableError | undefined {
    if (this.#http !== undefined && this.#http !== 200)
      return new CriUnavailableError('malformed', `${this.#method} was answered with HTTP ${this.#http}`);
    if (this.#status === undefined || this.#status === '0') return undefined;
    const code = /^\d{1,2}$/.test(this.#status) ? `grpc-${this.#status}` : 'malformed';
    return new CriUnavailableError(code, `${this.#method} failed: ${this.#message}`);
  }
}

function explained(
  what: string,
  error: unknown,
  signal: AbortSignal,
  isLate: boolean,
  timeoutMs = 0,
): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof CriUnavailableError || !(error instanceof Error)) return error;
  if (isLate) {
    return new CriUnavailableError('timeout', `${what} took longer than ${timeoutMs} ms`, { cause: error });
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'closed';
  const known = code.startsWith('ERR_') || code === 'ECONNRESET' || code === 'EPIPE' ? 'closed' : code;
  return new CriUnavailableError(known, `${what}: ${error.message}`, { cause: error });
}
