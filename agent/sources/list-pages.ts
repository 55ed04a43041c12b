import type { Clock } from '../clock.ts';
import { BodyTooLargeError, readBody, readRefusal } from './answer-body.ts';
import { KubernetesApiError, type KubernetesClient, readStatus, record } from './kubernetes-api.ts';
import { QuietGuard } from './quiet-guard.ts';

export interface ListPage {
  /** The version of the whole list: every page shows the state at that version. */
  readonly resourceVersion: string;
  readonly items: readonly unknown[];
}

export interface ListSettings {
  readonly client: KubernetesClient;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The state at exactly this version is asked for; absent for that of now. */
  readonly atVersion?: string;
  /** Items asked for at a time. */
  readonly limit: number;
  /** A page over this is asked for again with half the items. */
  readonly maxPageBytes: number;
  readonly clock: Clock;
  /** The longest that one page may take. */
  readonly answerTimeoutMs: number;
}

/**
 * Lists a resource page by page, one page in memory. Without a version the answer is the state of now (not of some API
 * server's cache, which could be older than what is known already).
 *
 * @throws KubernetesApiError among others 410 when the list expired between two pages: begin anew; or when the version
 *   asked for is not kept any more
 */
export async function* listPages(settings: ListSettings, signal: AbortSignal): AsyncGenerator<ListPage> {
  let limit = settings.limit;
  let next = '';
  for (;;) {
    let page: ListPage & { readonly next: string };
    try {
      page = await fetchPage(settings, limit, next, signal);
    } catch (error) {
      if (!(error instanceof BodyTooLargeError)) throw error;
      if (limit === 1) throw new KubernetesApiError(readStatus({ message: error.message }, 413));
      limit = Math.floor(limit / 2);
      continue;
    }
    yield page;
    if (page.next === '') return;
    next = page.next;
  }
}

async function fetchPage(
  { client, path, query, atVersion, clock, maxPageBytes, answerTimeoutMs }: ListSettings,
  limit: number,
  next: string,
  signal: AbortSignal,
): Promise<ListPage & { readonly next: string }> {
  // The token says the version: an API server refuses to be told it beside.
  const paging = {
    limit: String(limit),
    ...(next !== '' && { continue: next }),
    ...(next === '' &&
      atVersion !== undefined && { resourceVersion: atVersion, resourceVersionMatch: 'Exact' }),
  };
  const guard = new QuietGuard(clock, signal, answerTimeoutMs);
  let body: string;
  try {
    const answer = await client.get(path, { ...query, ...paging }, guard.signal);
    if (answer.status !== 200) throw await readRefusal(answer);
    body = await readBody(answer, maxPageBytes);
  } finally {
    guard.end();
  }
  const list = parseList(body);
  const metadata = record(list['metadata']);
  const { items } = list;
  const version = metadata['resourceVersion'];
  if (typeof version !== 'string' || version === '' || !(Array.isArray(items) || items === null)) {
    throw noList();
  }
  const token = metadata['continue'];
  return { resourceVersion: version, items: items ?? [], next: typeof token === 'string' ? token : '' };
}

function parseList(body: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(body));
  } catch {
    throw noList();
  }
}

/** As 4xx: whoever answers like this is no Kubernetes API server, and will not become one within seconds. */
function noList(): KubernetesApiError {
  return new KubernetesApiError(
    readStatus({ message: 'the answer is not a list of Kubernetes objects' }, 406),
  );
}
