// The OIDC issuer of a cluster: an API server's discovery document and keys, over HTTP on loopback.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const AGENT_SUBJECT = 'system:serviceaccount:podlapse:podlapse-node';

export interface Issuer {
  readonly url: string;
  /** Paths asked for so far. */
  readonly asked: string[];
  /** The public keys that it shows. */
  readonly keys: JWK[];
  /** Answers in the issuer's stead until it is undefined again. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** A token as the kubelet projects it, for a now of `nowMs`. */
  sign(nowMs: number, change?: TokenChange): Promise<string>;
  /** Signs with a new key from now on; the old one is no longer shown. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
}

export interface TokenChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

export async function startIssuer(algorithm: 'ES256' | 'RS256' = 'ES256'): Promise<Issuer> {
  const asked: string[] = [];
  const keys: JWK[] = [];
  let signingKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  let keyCount = 0;
  const rotateKeys = async () => {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    signingKey = pair.privateKey;
    keyCount += 1;
    keys.splice(0, keys.length, {
      ...(await exportJWK(pair.publicKey)),
      kid: `key-${keyCount}`,
      alg: algorithm,
      use: 'sig',
    });
  };
  await rotateKeys();

  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (issuer.answer !== undefined) return issuer.answer(request, response);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return void response.end(
        JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/openid/v1/jwks` }),
      );
    }
    if (request.url === '/openid/v1/jwks') return void response.end(JSON.stringify({ keys }));
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    keys,
    answer: undefined,
    sign(nowMs, { claims = {}, header = {} } = {}) {
      const seconds = Math.floor(nowMs / 1000);
      const all = {
        iss: issuer.url,
        aud: ['podlapse'],
        sub: AGENT_SUBJECT,
        iat: seconds,
        nbf: seconds,
        exp: seconds + 3_600,
        'kubernetes.io': { namespace: 'podlapse' },
        ...claims,
      };
      return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
        .setProtectedHeader({ alg: algorithm, kid: `key-${keyCount}`, ...header })
        .sign(signingKey);
    },
    rotateKeys,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return issuer;
}
