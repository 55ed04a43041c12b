/** A problem that the API answered with (RFC 9457). */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly status: number;
  /** The last part of the problem's type, such as `pod-not-found`; it never changes. */
  readonly code: string;
  readonly title: string;
  /** What happened, and the remedy. */
  readonly detail: string;
  /** By what the API's log knows the request; undefined if it did not say. */
  readonly requestId: string | undefined;
  /** When to ask again; undefined if the API did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: {
    readonly status: number;
    readonly code: string;
    readonly title: string;
    readonly detail: string;
    readonly requestId: string | undefined;
    readonly retryAfterMs: number | undefined;
  }) {
    super(`${problem.code}: ${problem.detail}`);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.retryAfterMs = problem.retryAfterMs;
  }
}

/** Nothing answered; `cause` says why. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
  readonly url: URL;
  /** The system's or the TLS library's code, such as `ECONNREFUSED`; empty if there is none. */
  readonly code: string;

  constructor(url: URL, cause: unknown) {
    super(`nothing answers at ${url.origin}: ${innermost(cause).message}`, { cause });
    this.url = url;
    this.code = innermost(cause).code;
  }
}

/** `fetch` wraps what happened, and a host of several addresses fails once for each. */
function innermost(cause: unknown): { readonly message: string; readonly code: string } {
  if (cause instanceof AggregateError && cause.errors.length > 0) return innermost(cause.errors[0]);
  if (!(cause instanceof Error)) return { message: String(cause), code: '' };
  if (!('code' in cause) && cause.cause !== undefined) return innermost(cause.cause);
  return { message: cause.message, code: 'code' in cause ? String(cause.code) : '' };
}

/** What answered is no podlapse, or one that speaks otherwise. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly url: URL;

  constructor(url: URL, what: string, cause?: unknown) {
    super(`${url.origin} gave an answer that is none of podlapse: ${what}`, { cause });
    this.url = url;
  }
}

/** The answer is larger than this client takes. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';

  constructor(url: URL, maxBytes: number) {
    super(`the answer of ${url.origin} is larger than ${maxBytes} bytes; ask for less at once`);
  }
}
