import * as http from 'node:http';

/** The Engine cannot be used right now; the message says what was tried and what came of it. */
export class DockerUnavailableError extends Error {
  override readonly name = 'DockerUnavailableError';
  /** The system's word (`ENOENT`, `EACCES`, `ECONNREFUSED`), the HTTP status, or `timeout`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface DockerClientSettings {
  readonly socketPath: string;
  /** How long the Engine may take to begin an answer, and to end one that is not a stream. */
  readonly timeoutMs: number;
}

/** The newest version of the API whose answers this was written for; an older Engine is asked in its own. */
const API_VERSION = [1, 47] as const;
/** What Engine 1.12 of 2016 speaks; the labels and events used here are older. */
const OLDEST_API_VERSION = '1.24';
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks the Engine over its socket. Every method throws DockerUnavailableError, or the signal's reason. */
export class DockerClient {
  readonly #settings: DockerClientSettings;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

  constructor(settings: DockerClientSettings) {
    this.#settings = settings;
  }

  /** The version of the API to speak, from `GET /_ping`, which needs none (Engine API, "Versioned API"). */
  async negotiate(signal: AbortSignal): Promise<string> {
    const response = await this.#get('/_ping', signal, this.#deadline());
    response.resume();
    const offered = /^(\d{1,3})\.(\d{1,3})$/.exec(
      String(response.headers['api-version'] ?? OLDEST_API_VERSION),
    );
    const [major, minor] = [Number(offered?.[1] ?? 1), Number(offered?.[2] ?? 24)];
    const isNewer = major > API_VERSION[0] || (major === API_VERSION[0] && minor > API_VERSION[1]);
    return isNewer ? API_VERSION.join('.') : `${major}.${minor}`;
  }

  /** A JSON answer; undefined for a 404: what was asked about is gone. */
  async json(path: string, signal: AbortSignal): Promise<unknown> {
    const deadline = this.#deadline();
    const response = await this.#get(path, signal, deadline);
    const text = await this.#text(path, response, signal, deadline);
    if (response.statusCode === 404) return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new DockerUnavailableError('malformed', `GET ${path} did not answer with JSON`, { cause });
    }
  }

  /** An answer without end, as it comes; resolves when the Engine has begun it. */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#get(path, signal, this.#deadline());
    if (response.statusCode === 404) {
      response.resume();
      throw new DockerUnavailableError('404', `GET ${path} answered 404`);
    }
    return this.#chunks(path, response, signal);
  }

  close(): void {
    this.#agent.destroy();
  }

  #deadline(): AbortSignal {
    return AbortSignal.timeout(this.#settings.timeoutMs);
  }

  async #get(path: string, signal: AbortSignal, deadline: AbortSignal): Promise<http.IncomingMessage> {
    signal.throwIfAborted();
    const { socketPath } = this.#settings;
    const request = http.get({ socketPath, path, agent: this.#agent, headers: { host: 'docker' }, signal });
    const tooLate = () => request.destroy(new Error('timeout'));
    deadline.addEventListener('abort', tooLate);
    try {
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        // Stays on: the connection can break at any time.
        request.on('error', reject);
      });
      const status = response.statusCode ?? 0;
      if (status === 200 || status === 404) return response;
      const said = await this.#text(path, response, signal, deadline);
      throw new DockerUnavailableError(
        String(status),
        `GET ${path} answered ${status}: ${said.trim().slice(0, 300)}`,
      );
    } catch (error) {
      throw this.#explained(path, error, signal, deadline);
    } finally {
      deadline.removeEventListener('abort', tooLate);
    }
  }

  async #text(
    path: string,
    response: http.IncomingMessage,
    signal: AbortSignal,
    deadline: AbortSignal,
  ): Promise<string> {
    const tooLate = () => response.destroy(new Error('timeout'));
    deadline.addEventListener('abort', tooLate);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
        chunks.push(chunk);
      }
    } catch (error) {
      throw this.#explained(path, error, signal, deadline);
    } finally {
      deadline.removeEventListener('abort', tooLate);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async *#chunks(
    path: string,
    response: http.IncomingMessage,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* response as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw this.#explained(path, error, signal);
    }
  }

  #explained(path: string, error: unknown, signal: AbortSignal, deadline?: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof DockerUnavailableError || !(error instanceof Error)) return error;
    if (deadline?.aborted === true) {
      const message = `GET ${path} was not answered within ${this.#settings.timeoutMs} ms`;
      return new DockerUnavailableError('timeout', message, { cause: error });
    }
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'broken';
    return new DockerUnavailableError(code, `GET ${path}: ${error.message}`, { cause: error });
  }
}
