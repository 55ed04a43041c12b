import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Log } from '../../log.ts';
import type { TokenIssuer } from '../../store/registration-store.ts';
import { Problem } from '../problem.ts';
import { notAnAgent } from './bearer.ts';
import { createIssuerKeys, IssuerUnreachableError, type IssuerKeysParts } from './issuer-keys.ts';

/** What the pod's projected volume must ask for as `audience`. */
const AUDIENCE = 'podlapse';
/**
 * What an API server signs with: by the kind of its key (kubernetes pkg/serviceaccount/jwt.go, `signerFromRSAPrivateKey`
 * and `signerFromECDSAPrivateKey`). Nothing symmetric: a public key would then be a password that all know.
 */
const ALGORITHMS = ['RS256', 'ES256', 'ES384', 'ES512'];
/** How far the clocks of an API server and of this one may be apart. */
const TOLERANCE_SECONDS = 30;

export interface ServiceAccountParts extends IssuerKeysParts {
  readonly log: Log;
}

/** Resolves if `token` is one of the cluster's agents, as `issuer` has it. @throws Problem if not */
export type VerifyServiceAccount = (cluster: string, issuer: TokenIssuer, token: string) => Promise<void>;

/**
 * Verifies the projected ServiceAccount tokens (KEP-1205) of agents. This module, and with it jose, is loaded when the
 * first such token comes.
 */
export function createServiceAccountVerifier(parts: ServiceAccountParts): VerifyServiceAccount {
  const { clock, log } = parts;
  const keysOf = createIssuerKeys(parts);
  return async (cluster, issuer, token) => {
    try {
      requireFit(issuer, token);
      const { payload } = await jwtVerify(token, keysOf(issuer), {
        algorithms: ALGORITHMS,
        issuer: issuer.issuer,
        audience: AUDIENCE,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock()),
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      if (!issuer.subjects.includes(payload.sub ?? '')) throw new Refusal('its subject is not an agent’s');
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw away(error);
      log.info('refused a ServiceAccount token', { cluster, reason });
      throw notAnAgent(cluster, error);
    }
  };
}

class Refusal extends Error {}

/** Looks, before any key is fetched, whether the token says at all what it must: a stranger's causes no request. */
function requireFit(issuer: TokenIssuer, token: string): void {
  const { alg } = decodeProtectedHeader(token);
  if (alg === undefined || !ALGORITHMS.includes(alg)) throw new Refusal('its algorithm is not allowed');
  const { iss, aud } = decodeJwt(token);
  if (iss !== issuer.issuer) throw new Refusal('it is of another issuer');
  if (!(Array.isArray(aud) ? aud : [aud]).includes(AUDIENCE)) throw new Refusal('it is for another audience');
}

/** What is wrong with the token; undefined where the token is not to blame. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Refusal) return error.message;
  if (error instanceof errors.JOSEError) return `${error.code}: ${error.message}`;
  // jose decodes what is no JSON, or a key that is not what it says, with errors of the platform.
  if (error instanceof TypeError || error instanceof SyntaxError) return 'it cannot be read';
  return undefined;
}

function away(error: unknown): unknown {
  if (!(error instanceof IssuerUnreachableError)) return error;
  return new Problem(
    'issuer-unreachable',
    'The keys of this cluster’s token issuer cannot be fetched at the moment; send the same request again later.',
    { headers: { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }, cause: error },
  );
}
