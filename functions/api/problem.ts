/**
 * All kinds of problem that the API answers with. The name is the last part of the document's `type` and never
 * changes; the title may be worded better.
 */
export const PROBLEMS = {
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  'invalid-body': { status: 400, title: 'The body says what cannot be done' },
  'invalid-parameter': { status: 400, title: 'A parameter is not valid' },
  'invalid-cursor': { status: 400, title: 'The cursor is not valid' },
  'span-too-long': { status: 400, title: 'The stretch of time is too long' },
  unauthorised: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'host-not-allowed': { status: 403, title: 'The request is not for this host' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'cluster-not-found': { status: 404, title: 'There is no such cluster' },
  'pod-not-found': { status: 404, title: 'There is no such pod' },
  'workload-not-found': { status: 404, title: 'There is no such workload' },
  'node-not-found': { status: 404, title: 'There is no such node' },
  'live-not-offered': { status: 404, title: 'Following live is not offered here' },
  'token-not-found': { status: 404, title: 'There is no such token' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'not-acceptable': { status: 406, title: 'None of the accepted formats is available' },
  'token-ended': { status: 409, title: 'The token has ended' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'inflated-body-too-large': { status: 413, title: 'The body is too large once decompressed' },
  'too-many-events': { status: 413, title: 'The batch holds too many events' },
  'unsupported-content-type': { status: 415, title: 'The content type is not supported' },
  'unsupported-content-encoding': { status: 415, title: 'The content encoding is not supported' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong here' },
  'report-not-ready': { status: 503, title: 'The report has to be counted first' },
  'store-busy': { status: 503, title: 'The store is busy' },
  'store-unreachable': { status: 503, title: 'The store does not answer' },
  'issuer-unreachable': { status: 503, title: 'The token issuer does not answer' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** A problem that the sender can understand, and mostly mend: thrown anywhere in the API, answered by one mapper. */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** What happened in this case, and the remedy. */
  readonly detail: string;
  /** Further members of the document (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    extra: {
      readonly members?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: extra.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.members = extra.members ?? {};
    this.headers = extra.headers ?? {};
  }
}

/** The document of RFC 9457. */
export function problemDocument(problem: Problem, requestId: string): Readonly<Record<string, unknown>> {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: problemType(problem.code),
    title,
    status,
    detail: problem.detail,
    ...problem.members,
    requestId,
  };
}

export function problemType(code: ProblemCode): string {
  return `https://podlapse.dev/problems/${code}`;
}
