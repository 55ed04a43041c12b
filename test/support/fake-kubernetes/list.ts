import { type KubernetesObject, keyOf, RESOURCES, type Resource } from './kubernetes-object.ts';
import type { Selector } from './selector.ts';
import { badRequest, continueExpired, listExpired, tooLargeVersion } from './status.ts';
import type { VersionedStore } from './versioned-store.ts';

export interface ListRequest {
  readonly resource: Resource;
  readonly selects: Selector;
  readonly hasSelector: boolean;
  readonly query: URLSearchParams;
}

/** Answers a list as the API server does, page by page at one version. @throws StatusError */
export function list(store: VersionedStore, { resource, selects, hasSelector, query }: ListRequest): object {
  const limit = numberOf(query, 'limit');
  const token = query.get('continue') ?? '';
  const wanted = numberOf(query, 'resourceVersion');
  if (token !== '' && wanted > 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (wanted > store.version) throw tooLargeVersion(wanted, store.version);
  const { version, after } =
    token === '' ? { version: startOf(query, store), after: '' } : position(token, store);
  const items = store.stateAt(resource, version).filter((object) => keyOf(object) > after && selects(object));
  // A list from the watch cache (resourceVersion=0) is given whole.
  const isPaged = limit > 0 && query.get('resourceVersion') !== '0';
  const page = isPaged ? items.slice(0, limit) : items;
  const rest = items.length - page.length;
  const last = page.at(-1);
  return {
    kind: `${RESOURCES[resource]}List`,
    apiVersion: 'v1',
    metadata: {
      resourceVersion: String(version),
      ...(rest > 0 && last !== undefined && { continue: tokenOf(version, keyOf(last)) }),
      // Unknown to the API server when it had to sift.
      ...(rest > 0 && !hasSelector && { remainingItemCount: rest }),
    },
    // Items of a list have no kind and apiVersion of their own.
    items: page.map(withoutType),
  };
}

/** `Exact` gives the state at that version, as long as it is kept; all else here is the newest. */
function startOf(query: URLSearchParams, store: VersionedStore): number {
  if (query.get('resourceVersionMatch') !== 'Exact') return store.version;
  const wanted = numberOf(query, 'resourceVersion');
  if (wanted === 0) throw badRequest('resourceVersionMatch: Forbidden: Exact needs a resourceVersion');
  if (wanted < store.compactedAt) throw listExpired();
  return wanted;
}

function withoutType({ kind: _kind, apiVersion: _apiVersion, ...object }: KubernetesObject): object {
  return object;
}

function numberOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`${name}: Invalid value: "${text}"`);
  return Number(text);
}

/** A token says from which version, and after which key; -1 stands for the newest version. */
function tokenOf(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString(
    'base64url',
  );
}

function position(token: string, store: VersionedStore): { version: number; after: string } {
  const text = Buffer.from(token, 'base64url').toString();
  const [, version, after] = /^\{"v":"meta\.k8s\.io\/v1","rv":(-?\d+),"start":"([^"]*)"\}$/.exec(text) ?? [];
  if (after === undefined) throw badRequest('continue key is not valid');
  const from = Number(version);
  if (from !== -1 && from < store.compactedAt) throw continueExpired(tokenOf(-1, after));
  return { version: from === -1 ? store.version : from, after };
}
