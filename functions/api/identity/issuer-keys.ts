import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import type { TokenIssuer } from '../../store/registration-store.ts';
import { checkedUrl, type FetchBounds, fetchJson } from './bounded-fetch.ts';

/** The public keys of an issuer cannot be had at the moment. */
export class IssuerUnreachableError extends Error {
  readonly code = 'issuer-unreachable';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, cause: unknown) {
    super('the keys of the issuer cannot be fetched', { cause });
    this.name = 'IssuerUnreachableError';
    this.retryAfterMs = retryAfterMs;
  }
}

/** The key that a token’s header names. */
export type FindKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;

export interface IssuerKeysParts extends FetchBounds {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** As long as keys are taken to be current. The API server rotates them seldom, and signs with new ones later. */
const FRESH_MS = 10 * 60_000;
/** As long as old keys serve while the issuer cannot be reached. */
const USABLE_MS = 60 * 60_000;
/** Between two fetches, whatever asks for them: a failure, or tokens that name keys which there are not. */
const PAUSE_MS = 30_000;
const MAX_ISSUERS = 2_000;

interface Kept {
  find?: FindKey;
  fetchedAtMs: number;
  triedAtMs: number;
  failure?: unknown;
  pending?: Promise<void> | undefined;
}

/**
 * The public keys of issuers, fetched when they are first needed and remembered. Where to fetch them follows from the
 * registration alone, never from a token, so that nobody can have this server ask an address of their choice.
 */
export function createIssuerKeys(parts: IssuerKeysParts): (issuer: TokenIssuer) => FindKey {
  const { clock } = parts;
  const issuers = new Map<string, Kept>();

  const keptOf = (issuer: TokenIssuer): Kept => {
    const name = JSON.stringify([issuer.issuer, issuer.jwksUri, issuer.jwks]);
    const known = issuers.get(name);
    if (known !== undefined) return known;
    const kept: Kept = { fetchedAtMs: -Infinity, triedAtMs: -Infinity };
    if (issuer.jwks !== null) kept.find = createLocalJWKSet({ keys: [...issuer.jwks.keys] });
    issuers.set(name, kept);
    const [oldest] = issuers.keys();
    if (issuers.size > MAX_ISSUERS && oldest !== undefined) issuers.delete(oldest);
    return kept;
  };

  const refresh = async (issuer: TokenIssuer, kept: Kept): Promise<void> => {
    kept.triedAtMs = clock();
    try {
      kept.find = await fetchKeys(issuer, parts);
      kept.fetchedAtMs = clock();
      kept.failure = undefined;
    } catch (error) {
      // Told to whoever needs the keys and has no usable ones.
      kept.failure = error;
    }
  };

  /** Fetches, unless it did so just now. */
  const refreshIfDue = async (issuer: TokenIssuer, kept: Kept): Promise<void> => {
    if (kept.pending === undefined && clock() - kept.triedAtMs < PAUSE_MS) return;
    kept.pending ??= refresh(issuer, kept).finally(() => (kept.pending = undefined));
    await kept.pending;
  };

  const usable = (kept: Kept): FindKey => {
    if (kept.find !== undefined && clock() - kept.fetchedAtMs < USABLE_MS) return kept.find;
    throw new IssuerUnreachableError(PAUSE_MS, kept.failure);
  };

  return (issuer) => async (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => {
    const kept = keptOf(issuer);
    if (issuer.jwks !== null && kept.find !== undefined) return kept.find(header, token);
    if (clock() - kept.fetchedAtMs >= FRESH_MS) await refreshIfDue(issuer, kept);
    try {
      return await usable(kept)(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refreshIfDue(issuer, kept);
      return usable(kept)(header, token);
    }
  };
}

async function fetchKeys(issuer: TokenIssuer, bounds: FetchBounds): Promise<FindKey> {
  const address = issuer.jwksUri ?? (await discover(issuer.issuer, bounds));
  // What is not a set of keys is refused here.
  return createLocalJWKSet((await fetchJson(address, bounds)) as JSONWebKeySet);
}

/**
 * OpenID Connect Discovery 1.0, section 4. The keys must be where the issuer itself is: another place must be
 * registered, as `jwksUri`.
 */
async function discover(issuer: string, bounds: FetchBounds): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, bounds);
  const said = typeof document === 'object' && document !== null ? document : {};
  if (!('issuer' in said) || said.issuer !== issuer) {
    throw new Error(`the discovery document of ${issuer} is that of another issuer`);
  }
  if (!('jwks_uri' in said) || typeof said.jwks_uri !== 'string') {
    throw new Error(`the discovery document of ${issuer} has no jwks_uri`);
  }
  const address = checkedUrl(said.jwks_uri, bounds.allowLoopbackHttp);
  if (address.origin !== new URL(issuer).origin) {
    throw new Error(`the keys of ${issuer} are at ${address.origin}; register this address as jwksUri`);
  }
  return address.href;
}
