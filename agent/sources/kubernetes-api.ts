/**
 * What the list-watch needs of a Kubernetes API server: nothing but GET. The port belongs to this consumer; the
 * adapter is `kubernetes-client.ts`.
 */
export interface KubernetesClient {
  /** The API server's address, to name it in messages. */
  readonly server: string;
  /**
   * Sends `GET path?query` and resolves with the head of the answer, whatever its status.
   * @throws KubernetesUnreachableError when there is no answer; the body can throw it as well
   * @throws KubernetesCredentialsError when there is nothing to prove who we are
   */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<KubernetesAnswer>;
}

/** What the election needs beside reading: to write one object. */
export interface KubernetesWriter {
  /** Sends `body` as JSON. It throws what `get` throws; there may have been an effect then. */
  send(method: 'POST' | 'PUT', path: string, body: object, signal: AbortSignal): Promise<KubernetesAnswer>;
}

export interface KubernetesAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Read no faster than it is asked for: the socket is paused meanwhile. Leaving the iteration closes it. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** There was no answer, or it broke off: refused, reset, timed out, not trusted. */
export class KubernetesUnreachableError extends Error {
  readonly code = 'kubernetes-unreachable';
  override readonly name = 'KubernetesUnreachableError';
}

/** The token, certificate or plugin that should prove who we are cannot be read or run. */
export class KubernetesCredentialsError extends Error {
  readonly code = 'kubernetes-credentials';
  override readonly name = 'KubernetesCredentialsError';
}

/** The API server answered, but not with what was asked for: a `Status` of its own, or an `ERROR` frame with one. */
export class KubernetesApiError extends Error {
  readonly code = 'kubernetes-api';
  override readonly name = 'KubernetesApiError';
  readonly status: ApiStatus;

  constructor(status: ApiStatus) {
    super(`${status.code}${status.reason === '' ? '' : ` ${status.reason}`}: ${status.message}`);
    this.status = status;
  }
}

/** The parts of a Kubernetes `Status` that decide what to do. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  /** The server is behind the version that was asked for (cause `ResourceVersionTooLarge`). */
  readonly versionTooLarge: boolean;
}

/** No server is believed when it says to stay away for longer. */
const MAX_RETRY_AFTER_MS = 120_000;
const MESSAGE_LENGTH = 500;

/**
 * Reads a `Status` object. What is missing or of the wrong type is left out: a proxy in between answers in its own
 * words, so `httpStatus` stands in for the code.
 */
export function readStatus(value: unknown, httpStatus: number, retryAfter?: string): ApiStatus {
  const status = record(value);
  const details = record(status['details']);
  const causes = Array.isArray(details['causes']) ? details['causes'].slice(0, 16) : [];
  const seconds = Number(retryAfter ?? details['retryAfterSeconds'] ?? Number.NaN);
  const code = status['code'];
  const message = text(status['message']);
  return {
    code: typeof code === 'number' ? code : httpStatus,
    reason: text(status['reason']),
    message: message === '' ? 'the API server gave no reason' : message,
    retryAfterMs: seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : undefined,
    // Servers before 1.18.6 have no cause, only the sentence (client-go, isTooLargeResourceVersionError).
    versionTooLarge:
      causes.some((cause) => record(cause)['reason'] === 'ResourceVersionTooLarge') ||
      message.includes('Too large resource version'),
  };
}

/** The value as an object with unknown fields; an empty one if it is none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MESSAGE_LENGTH) : '';
}
