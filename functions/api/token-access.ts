import { timingSafeEqual } from 'node:crypto';
import type { Log } from '../log.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { TokenGrant, TokenStore } from '../store/token-store.ts';
import type { Authorise, Principal } from './access.ts';
import { bearerOf, notAnAgent, unauthorised } from './identity/bearer.ts';
import { createFreshCache } from './identity/fresh-cache.ts';
import { type RateLimiter, REQUESTS_PER_MINUTE } from './identity/rate-limiter.ts';
import type { VerifyServiceAccount } from './identity/service-account.ts';
import { hashToken, isTokenForm } from './identity/token.ts';

export interface TokenAccessParts {
  readonly tokens: TokenStore;
  readonly registrations: RegistrationStore;
  readonly limiter: RateLimiter;
  /** Gives what verifies ServiceAccount tokens; asked for when the first one comes. */
  readonly serviceAccounts: () => Promise<VerifyServiceAccount>;
  /** SHA-256 in hexadecimal of tokens for an administrator, who makes all others. */
  readonly adminTokenHashes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/** A revoked token is refused by all instances after this time at the latest. */
const TOKEN_MAX_AGE_MS = 30_000;
const REGISTRATION_MAX_AGE_MS = 60_000;
const MAX_ENTRIES = 2_000;
/** A token's use is written down once in this time. */
const USE_MS = 60 * 60_000;
/** A compact JWS: three parts of base64url (RFC 7515, section 3.1). */
const JWT_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Access by bearer token (RFC 6750): one of ours, known by its hash in the store, or a ServiceAccount token of the
 * cluster that is written to. A token is found by its SHA-256: how long that takes tells of the hash, from which no
 * token can be made.
 */
export function createTokenAccess(parts: TokenAccessParts): Authorise {
  const { tokens, registrations, limiter, clock, log } = parts;
  const admins = parts.adminTokenHashes.map((hash) => Buffer.from(hash, 'hex'));
  const shared = { clock, maxEntries: MAX_ENTRIES };
  const known = createFreshCache({
    ...shared,
    load: (hash) => tokens.byHash(hash),
    maxAgeMs: TOKEN_MAX_AGE_MS,
  });
  const registered = createFreshCache({
    ...shared,
    load: (cluster) => registrations.get(cluster),
    maxAgeMs: REGISTRATION_MAX_AGE_MS,
  });
  let verify: Promise<VerifyServiceAccount> | undefined;

  /** What this instance wrote down itself, for as long as the cache has not seen it. */
  const usedAtMs = new Map<string, number>();

  const noteUse = async (hash: string, lastUsedAt: string | null): Promise<void> => {
    const nowMs = clock();
    const lastMs = Math.max(Date.parse(lastUsedAt ?? '') || 0, usedAtMs.get(hash) ?? 0);
    if (nowMs - lastMs < USE_MS) return;
    usedAtMs.set(hash, nowMs);
    const [oldest] = usedAtMs.keys();
    if (usedAtMs.size > MAX_ENTRIES && oldest !== undefined) usedAtMs.delete(oldest);
    try {
      await tokens.used(hash, new Date(nowMs).toISOString(), new Date(nowMs - USE_MS).toISOString());
    } catch (error) {
      // The request is none the worse for it, and the next use is written down again.
      usedAtMs.delete(hash);
      log.warn('the use of a token could not be written down', { error });
    }
  };

  const byServiceAccount = async (token: string, cluster: string | undefined): Promise<Principal> => {
    const { PATH_PARAMETERS } = await import('./parameters.ts');
    const name = PATH_PARAMETERS.cluster.safeParse(cluster);
    if (!name.success) {
      throw unauthorised(
        'A ServiceAccount token is taken for the events of its own cluster, and nothing else.',
      );
    }
    const registration = await registered.get(name.data);
    if (registration === undefined || registration.tokenIssuer === null) {
      log.info('refused a ServiceAccount token', {
        cluster: name.data,
        reason: 'no token issuer is registered for this cluster',
      });
      throw notAnAgent(name.data);
    }
    verify ??= parts.serviceAccounts();
    await (await verify)(name.data, registration.tokenIssuer, token);
    await limiter.admit(`cluster:${name.data}`, registration.requestsPerMinute ?? REQUESTS_PER_MINUTE.agent);
    return { kind: 'agent', cluster: name.data };
  };

  const byToken = async (token: string): Promise<Principal> => {
    const hash = hashToken(token);
    if (admins.some((admin) => timingSafeEqual(admin, Buffer.from(hash, 'hex')))) {
      await limiter.admit('admin', REQUESTS_PER_MINUTE.admin);
      return { kind: 'admin', by: 'the stack' };
    }
    const record = isTokenForm(token) ? await known.get(hash) : undefined;
    if (record === undefined) throw unauthorised('This token is not known here.');
    if (record.revokedAt !== null) throw unauthorised('This token was revoked.');
    if (record.expiresAt !== null && Date.parse(record.expiresAt) <= clock()) {
      throw unauthorised(`This token expired at ${record.expiresAt}.`);
    }
    await limiter.admit(record.id, record.requestsPerMinute ?? REQUESTS_PER_MINUTE[record.grant.kind]);
    await noteUse(hash, record.lastUsedAt);
    return principalOf(record.grant, record.id);
  };

  return async (request, cluster) => {
    const token = bearerOf(request);
    return JWT_FORM.test(token) ? byServiceAccount(token, cluster) : byToken(token);
  };
}

function principalOf(grant: TokenGrant, id: string): Principal {
  switch (grant.kind) {
    case 'agent':
      return { kind: 'agent', cluster: grant.cluster };
    case 'reader':
      return {
        kind: 'reader',
        clusters: grant.clusters.includes('*') ? 'all' : new Set(grant.clusters),
      };
    case 'admin':
      return { kind: 'admin', by: id };
  }
}
