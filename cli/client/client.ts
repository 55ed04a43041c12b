import type * as z from 'zod/mini';
import type {
  ClusterRegistration,
  MadeToken,
  registrationRequest,
  TokenRecord,
  tokenRequest,
} from '../../timeline/contract/identity.ts';
import {
  ApiProblemError,
  ApiUnreachableError,
  AnswerTooLargeError,
  UnexpectedAnswerError,
} from './errors.ts';
import { pathPart } from './queries.ts';
import type { Read } from './reads.ts';
import { sleepFor } from './sleep.ts';
import { fetchTransport, type ReceivedAnswer, type SentRequest, type Transport } from './transport.ts';

export interface ClientOptions {
  /** Where the API is, such as `https://podlapse.example.com`; it may have a path. */
  readonly api: string | URL;
  /** The bearer token, or what gives it for each request. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  readonly transport?: Transport;
  /** How often a read is tried again that the API puts off (429, 503); 4 if not given. */
  readonly retries?: number;
  /** Hears of each wait before another try. */
  readonly onWait?: (waitMs: number, problem: ApiProblemError) => void;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The largest answer that is taken; 64 MiB if not given. */
  readonly maxAnswerBytes?: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** The tag of an answer that is already there. */
  readonly ifNoneMatch?: string | undefined;
}

/** An answer with its tag; without a value it is still that of `ifNoneMatch`. */
export type TaggedAnswer<T> =
  | { readonly changed: true; readonly value: T; readonly tag: string | undefined }
  | { readonly changed: false };

export interface FollowOptions {
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

type TokenRequest = z.input<typeof tokenRequest>;
type RegistrationRequest = z.input<typeof registrationRequest>;

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_RETRIES = 4;
const DEFAULT_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const FOLLOW_EVERY_MS = 2_000;

export type PodlapseClient = ReturnType<typeof createClient>;

/**
 * A client of the podlapse API. What can be read is made by the functions of `reads`, and read once (`read`), to its
 * last page (`items`), or again whenever it changes (`follow`).
 *
 * Every call throws ApiProblemError for a problem that the API answered with, ApiUnreachableError if nothing answers,
 * and UnexpectedAnswerError if what answers is no podlapse.
 */
export function createClient(options: ClientOptions) {
  const { retries = DEFAULT_RETRIES, sleep = sleepFor, transport = fetchTransport } = options;
  const base = new URL(options.api);
  const prefix = base.pathname.replace(/\/+$/, '');

  const send = async (
    method: SentRequest['method'],
    path: string,
    more: Pick<SentRequest, 'headers'> & {
      readonly body?: string;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<ReceivedAnswer> => {
    const url = new URL(prefix + path, base);
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    const headers =
      token === undefined ? more.headers : { ...more.headers, authorization: `Bearer ${token}` };
    const maxBytes = options.maxAnswerBytes ?? DEFAULT_MAX_BYTES;
    try {
      return await transport({ method, url, ...more, headers, maxBytes });
    } catch (error) {
      if (error instanceof AnswerTooLargeError || more.signal?.aborted === true) throw error;
      throw new ApiUnreachableError(url, error);
    }
  };

  const readTagged = async <T>(
    { path, accept, parse }: Read<T>,
    { signal, ifNoneMatch }: ReadOptions = {},
  ): Promise<TaggedAnswer<T>> => {
    const headers = { accept, ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }) };
    for (let tried = 0; ; tried += 1) {
      const ask = () => send('GET', path, { headers, signal });
      // A connection that was kept open can be cut at the very moment at which it is used again: asking twice does no harm.
      const answer = await ask().catch((error: unknown) => (wasCut(error) ? ask() : Promise.reject(error)));
      if (answer.status === 304 && ifNoneMatch !== undefined) return { changed: false };
      if (answer.status === 200)
        return { changed: true, value: parsed(base, answer, parse), tag: answer.header('etag') };
      const problem = problemOf(base, answer);
      const isPutOff = problem.status === 429 || problem.status === 503;
      if (!isPutOff || tried >= retries) throw problem;
      const waitMs = Math.min(LONGEST_WAIT_MS, problem.retryAfterMs ?? DEFAULT_WAIT_MS * 2 ** tried);
      options.onWait?.(waitMs, problem);
      await sleep(waitMs, signal);
    }
  };

  const read = async <T>(what: Read<T>, { signal }: Pick<ReadOptions, 'signal'> = {}): Promise<T> => {
    const answer = await readTagged(what, { signal });
    if (answer.changed) return answer.value;
    throw new UnexpectedAnswerError(base, 'it says that nothing changed, and was not asked that');
  };

  const change = async <T>(
    method: SentRequest['method'],
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<T> => {
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
    const answer = await send(method, path, sent);
    if (answer.status !== 200 && answer.status !== 201) throw problemOf(base, answer);
    return parsed(base, answer, (text) => JSON.parse(text) as T);
  };

  return {
    read,
    readTagged,

    /** The items of a list to its last page, one page after the other. */
    async *items<T>(
      pageAt: (cursor: string | undefined) => Read<{ items: readonly T[]; cursor: string | null }>,
      { signal }: Pick<ReadOptions, 'signal'> = {},
    ): AsyncGenerator<T, void> {
      let cursor: string | undefined;
      do {
        const page = await read(pageAt(cursor), { signal });
        yield* page.items;
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
    },

    /** What is read, and again whenever it changed, until the signal. Unchanged, it costs the API a 304. */
    async *follow<T>(
      what: Read<T>,
      { everyMs = FOLLOW_EVERY_MS, signal }: FollowOptions = {},
    ): AsyncGenerator<T, void> {
      const isOver = () => signal?.aborted === true;
      let ifNoneMatch: string | undefined;
      while (!isOver()) {
        const answer = await readTagged(what, { ifNoneMatch, signal }).catch((error: unknown) => {
          if (isOver()) return undefined;
          throw error;
        });
        if (answer === undefined) return;
        if (answer.changed) {
          ifNoneMatch = answer.tag;
          yield answer.value;
        }
        await sleep(everyMs, signal);
      }
    },

    /** Makes a token; its text is in the answer, and nowhere else ever after. For administrators, as all below. */
    makeToken: (request: TokenRequest) => change<MadeToken>('POST', '/v1/admin/tokens', request),
    /** Makes a token that takes over from another, which goes on beside it for a while. */
    rotateToken: (id: string, overlapSeconds?: number) =>
      change<MadeToken>(
        'POST',
        `/v1/admin/tokens/${pathPart(id)}/rotation`,
        overlapSeconds === undefined ? {} : { overlapSeconds },
      ),
    revokeToken: (id: string) => change<TokenRecord>('DELETE', `/v1/admin/tokens/${pathPart(id)}`),
    registerCluster: (cluster: string, request: RegistrationRequest) =>
      change<ClusterRegistration>('PUT', `/v1/admin/clusters/${pathPart(cluster)}`, request),
  };
}

function parsed<T>(url: URL, { text }: ReceivedAnswer, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new UnexpectedAnswerError(url, error instanceof Error ? error.message : String(error), error);
  }
}

const PROBLEM_TYPE = 'https://podlapse.dev/problems/';

/** @throws UnexpectedAnswerError if the answer is no problem of podlapse */
function problemOf(url: URL, answer: ReceivedAnswer): ApiProblemError {
  const { status } = answer;
  const isProblem = answer.header('content-type')?.startsWith('application/problem+json') === true;
  const document: unknown = isProblem ? parsed(url, answer, JSON.parse) : undefined;
  const member = (name: string): string => {
    const value = typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  const type = member('type');
  if (!type.startsWith(PROBLEM_TYPE))
    throw new UnexpectedAnswerError(url, `it is ${status} and no problem document`);
  const seconds = Number(answer.header('retry-after') ?? Number.NaN);
  return new ApiProblemError({
    status,
    code: type.slice(PROBLEM_TYPE.length),
    title: member('title'),
    detail: member('detail'),
    requestId: member('requestId') || undefined,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined,
  });
}

function wasCut(error: unknown): boolean {
  return (
    error instanceof ApiUnreachableError && ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(error.code)
  );
}
