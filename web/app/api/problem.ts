/** An answer of the API that is no success: an RFC 9457 document, or what stands for one. */
export class ApiProblem extends Error {
  readonly status: number;
  /** The last part of the document's `type`, such as `pod-not-found`; undefined if there is none. */
  readonly code: string | undefined;
  readonly title: string;
  readonly detail: string;
  /** When to ask again, as the answer says. */
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    {
      code,
      title,
      detail,
      retryAfterMs,
    }: {
      readonly code?: string | undefined;
      readonly title: string;
      readonly detail: string;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(`${title}: ${detail}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a response that is no success says. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const document: Partial<Record<'type' | 'title' | 'detail', unknown>> = isProblem
    ? await response.json()
    : {};
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  const retryAfter = Number(response.headers.get('retry-after'));
  return new ApiProblem(response.status, {
    code: typeof document.type === 'string' ? document.type.split('/').at(-1) : undefined,
    title: text(document.title, `The API answered ${response.status}`),
    detail: text(document.detail, 'It gave no reason that this page can read.'),
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined,
  });
}
