import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';

/** An event that the API will never take. */
const rejectedEvent = z.object({
  index: z.number(),
  id: z.nullish(z.string()),
  reason: z.string(),
});

const receipt = z.object({
  accepted: z.number(),
  duplicates: z.number(),
  rejected: z.array(rejectedEvent),
});
export type Receipt = z.infer<typeof receipt>;

/** What became of one request, by what is to be done next. */
export type Answer =
  /** The batch is durable. */
  | { readonly kind: 'stored'; readonly receipt: Receipt }
  /** The batch must be cut. */
  | { readonly kind: 'too-large' }
  /** Something in the batch is not readable at all. */
  | { readonly kind: 'unreadable'; readonly problem: string }
  /** The API is away or overloaded: the same again, later. */
  | { readonly kind: 'unavailable'; readonly problem: string; readonly retryAfterMs?: number }
  /** It will not take anything of us until a person does something: the same again, seldom. */
  | { readonly kind: 'refused'; readonly status: number; readonly problem: string };

/**
 * The one place that decides what an HTTP answer means for the batch.
 *
 * @param retryAfter the header's value
 * @param nowMs for a `Retry-After` that is a date
 */
export function readAnswer(
  status: number,
  retryAfter: string | undefined,
  body: string,
  nowMs: number,
): Answer {
  if (status === 200) {
    const parsed = receipt.safeParse(parseJson(body));
    if (parsed.success) return { kind: 'stored', receipt: parsed.data };
    return {
      kind: 'unavailable',
      problem: 'it answered 200 without the receipt that the podlapse API gives',
    };
  }
  const problem = problemOf(status, body);
  if (status === 413) return { kind: 'too-large' };
  if (status === 400 || status === 422) return { kind: 'unreadable', problem };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfterOf(retryAfter, nowMs);
    return { kind: 'unavailable', problem, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  return { kind: 'refused', status, problem };
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterOf(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

const problemDocument = z.object({ title: z.optional(z.string()), detail: z.optional(z.string()) });

/** What an `application/problem+json` body says, or the status alone. */
function problemOf(status: number, body: string): string {
  const parsed = problemDocument.safeParse(parseJson(body));
  const said = parsed.success ? (parsed.data.detail ?? parsed.data.title) : undefined;
  return said === undefined ? `HTTP ${status}` : `HTTP ${status}: ${said.slice(0, 500)}`;
}
