import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { clusterName } from '../../timeline/contract/primitives.ts';
import type { Authorise, Principal } from './access.ts';
import { Problem } from './problem.ts';

const grant = z.union([
  z.strictObject({ agent: clusterName }),
  z.strictObject({ reader: z.array(z.union([z.literal('*'), clusterName])).check(z.minLength(1)) }),
]);

/** SHA-256 of each token, in hexadecimal, and what the token is for. */
export const tokenGrants = z.record(z.string().check(z.regex(/^[0-9a-f]{64}$/)), grant);
export type TokenGrants = z.infer<typeof tokenGrants>;

/**
 * Access by bearer token (RFC 6750). Only hashes are kept, and all of them are compared, each in constant time:
 * neither a copy of the settings nor the time of an answer helps to find a token.
 */
export function createTokenAccess(grants: TokenGrants): Authorise {
  const known = Object.entries(grants).map(([hash, given]) => ({
    hash: Buffer.from(hash, 'hex'),
    principal: principalOf(given),
  }));
  return (request) => {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token === undefined) throw unauthorised('Send a token, as "Authorization: Bearer TOKEN".');
    const hash = createHash('sha256').update(token).digest();
    const matches = known.filter((candidate) => timingSafeEqual(candidate.hash, hash));
    const [match] = matches;
    if (match === undefined) throw unauthorised('This token is not known here; it may have been revoked.');
    return match.principal;
  };
}

function principalOf(given: z.infer<typeof grant>): Principal {
  if ('agent' in given) return { kind: 'agent', cluster: given.agent };
  return { kind: 'reader', clusters: given.reader.includes('*') ? 'all' : new Set(given.reader) };
}

function unauthorised(detail: string): Problem {
  return new Problem('unauthorised', detail, { headers: { 'www-authenticate': 'Bearer realm="podlapse"' } });
}
