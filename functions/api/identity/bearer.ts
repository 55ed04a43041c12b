import { Problem } from '../problem.ts';

/** Longer than any ServiceAccount token; Node takes 16 KB of headers at most. */
const MAX_LENGTH = 8_192;

/** The token that a request carries (RFC 6750, section 2.1). @throws Problem if there is none */
export function bearerOf(request: Request): string {
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined || token.length > MAX_LENGTH) {
    throw unauthorised('Send a token, as "Authorization: Bearer TOKEN".');
  }
  return token;
}

export function unauthorised(detail: string, cause?: unknown): Problem {
  return new Problem('unauthorised', detail, {
    headers: { 'www-authenticate': 'Bearer realm="podlapse"' },
    cause,
  });
}

/**
 * One answer for every ServiceAccount token that is not taken, so that nobody learns which clusters are registered and
 * how. What exactly is wrong stands in the log.
 */
export function notAnAgent(cluster: string, cause?: unknown): Problem {
  return unauthorised(
    `This is not a ServiceAccount token of an agent of "${cluster}": a token issuer must be registered for it, and issuer, audience "podlapse", subject, time and signature must fit.`,
    cause,
  );
}
