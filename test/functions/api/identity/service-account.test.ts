import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenIssuer } from '../../../../functions/store/registration-store.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../../support/api.ts';
import { aPodRevision } from '../../../support/recorded-events.ts';
import { AGENT_SUBJECT, type Issuer, startIssuer, type TokenChange } from '../../../support/token-issuer.ts';

const MINUTE_MS = 60_000;
const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');

let nowMs: number;
let issuer: Issuer;
let api: TestApi;

beforeEach(async () => {
  nowMs = Date.parse('2026-03-01T12:00:00Z');
  issuer = await startIssuer();
  api = await startTestApi({ adminTokenHashes: [], clock: () => nowMs });
  await register('lab');
});
afterEach(async () => {
  await api.close();
  await issuer.close();
});

function register(cluster: string, change: Partial<TokenIssuer> = {}) {
  return api.registrations.put({
    cluster,
    description: '',
    requestsPerMinute: null,
    tokenIssuer: {
      issuer: issuer.url,
      subjects: [AGENT_SUBJECT],
      jwksUri: null,
      jwks: null,
      ...change,
    },
    retention: { eventsDays: null, restartsDays: null, rollupsDays: null },
    updatedAt: '2026-03-01T12:00:00Z',
  });
}

const post = (cluster: string, token: string) =>
  api.post(cluster, ndjson([event]), {
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-ndjson',
  });
const outcome = async (cluster: string, token: string) => {
  const answer = await post(cluster, token);
  return answer.status === 200 ? 'taken' : problem(answer);
};
const signed = (change?: TokenChange) => issuer.sign(nowMs, change);
const reasons = () => api.logged.flatMap(({ reason }) => (typeof reason === 'string' ? [reason] : []));

describe('a projected ServiceAccount token', () => {
  it('writes to its cluster, and its issuer is asked once', async () => {
    expect(await outcome('lab', await signed())).toBe('taken');
    expect(await outcome('lab', await signed())).toBe('taken');
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/openid/v1/jwks']);
  });

  it('signed with RSA is taken too', async () => {
    const other = await startIssuer('RS256');
    await register('rsa', { issuer: other.url });
    expect(await outcome('rsa', await other.sign(nowMs))).toBe('taken');
    await other.close();
  });

  it('reads nothing', async () => {
    const headers = { authorization: `Bearer ${await signed()}` };
    for (const path of ['/v1/clusters', '/v1/clusters/lab/pods', '/v1/admin/tokens']) {
      expect([path, (await api.get(path, headers)).status]).toEqual([path, 401]);
    }
  });

  it('writes to no other cluster: not to one of another issuer, nor to one that is not registered', async () => {
    const other = await startIssuer();
    await register('prod', { issuer: other.url });
    const [elsewhere, nowhere] = [await post('prod', await signed()), await post('none', await signed())];
    expect([problem(elsewhere), problem(nowhere)]).toEqual(['unauthorised', 'unauthorised']);
    expect(elsewhere.json.detail.replace('prod', 'X')).toBe(nowhere.json.detail.replace('none', 'X'));
    expect(other.asked).toEqual([]);
    await other.close();
  });

  it.each<[string, TokenChange]>([
    ['for another audience', { claims: { aud: ['https://kubernetes.default.svc'] } }],
    ['for no audience', { claims: { aud: undefined } }],
    ['of another subject', { claims: { sub: 'system:serviceaccount:default:default' } }],
    ['of no subject', { claims: { sub: undefined } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['that says not when it was made', { claims: { iat: undefined } }],
    ['that has expired', { claims: { exp: Date.parse('2026-03-01T11:59:00Z') / 1000 } }],
    ['that is not yet valid', { claims: { nbf: Date.parse('2026-03-01T12:05:00Z') / 1000 } }],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ])('%s is refused', async (_, change) => {
    expect(await outcome('lab', await signed(change))).toBe('unauthorised');
    expect(await outcome('lab', await signed())).toBe('taken');
  });

  it('whose clock is a little off is taken', async () => {
    const seconds = nowMs / 1000;
    expect(await outcome('lab', await signed({ claims: { nbf: seconds + 20, iat: seconds + 20 } }))).toBe(
      'taken',
    );
    expect(await outcome('lab', await signed({ claims: { exp: seconds - 20 } }))).toBe('taken');
  });

  it('is refused with one answer, and the log says why', async () => {
    await outcome('lab', await signed({ claims: { sub: 'system:serviceaccount:default:default' } }));
    await outcome('lab', await signed({ claims: { exp: nowMs / 1000 - 60 } }));
    expect(reasons()).toEqual(['its subject is not an agent’s', expect.stringContaining('ERR_JWT_EXPIRED')]);
  });

  it('of a forged signature is refused: none, a symmetric one with the public key, a key of its own', async () => {
    const [header, payload] = (await signed()).split('.') as [string, string];
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${payload}.x`;
    const symmetric = `${encode({ alg: 'HS256', kid: 'key-1' })}.${payload}`;
    const hmac = createHmac('sha256', JSON.stringify(issuer.keys[0])).update(symmetric).digest('base64url');
    const thief = await startIssuer();
    const itsOwn = await thief.sign(nowMs, {
      claims: { iss: issuer.url },
      header: { jwk: thief.keys[0], jku: `${thief.url}/openid/v1/jwks` },
    });
    for (const token of [unsigned, `${symmetric}.${hmac}`, itsOwn, `${header}.${payload}.AAAA`]) {
      expect(await outcome('lab', token)).toBe('unauthorised');
    }
    expect(thief.asked).toEqual([]);
    await thief.close();
  });

  it.each([
    'a.b.c',
    `${'e'.repeat(3_000)}.e30.AA`,
    'eyJhbGciOiJFUzI1NiJ9.e30.AA',
    'e30.e30.e30',
    'bnVsbA.bnVsbA.AA',
  ])('that is none (%s) is refused, and asks nobody', async (token) => {
    expect(await outcome('lab', token)).toBe('unauthorised');
    expect(issuer.asked).toEqual([]);
  });
});

describe('the keys of an issuer', () => {
  it('are fetched anew for a key that is not known, but not for each token that names one', async () => {
    await outcome('lab', await signed());
    nowMs += MINUTE_MS;
    await issuer.rotateKeys();
    expect(await outcome('lab', await signed())).toBe('taken');
    const before = issuer.asked.length;
    for (let kid = 0; kid < 5; kid += 1) {
      expect(await outcome('lab', await signed({ header: { kid: `made-up-${kid}` } }))).toBe('unauthorised');
    }
    expect(issuer.asked.length).toBe(before);
  });

  it('are forgotten by and by, so that one that was withdrawn is no longer taken', async () => {
    const old = await signed();
    expect(await outcome('lab', old)).toBe('taken');
    await issuer.rotateKeys();
    nowMs += 11 * MINUTE_MS;
    expect(await outcome('lab', old)).toBe('unauthorised');
  });

  it('serve for a while when the issuer is away; without them the agent is told to come again', async () => {
    await outcome('lab', await signed());
    issuer.answer = (_, response) => void response.writeHead(500).end();
    nowMs += 30 * MINUTE_MS;
    expect(await outcome('lab', await signed())).toBe('taken');
    nowMs += 31 * MINUTE_MS;
    const refused = await post('lab', await signed());
    expect([refused.status, problem(refused), refused.headers.get('retry-after')]).toEqual([
      503,
      'issuer-unreachable',
      '30',
    ]);
    const before = issuer.asked.length;
    await post('lab', await signed());
    expect(issuer.asked.length).toBe(before);
    issuer.answer = undefined;
    nowMs += MINUTE_MS;
    expect(await outcome('lab', await signed())).toBe('taken');
  });

  it('are fetched once for many tokens at once', async () => {
    const token = await signed();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome('lab', token)));
    expect(new Set(outcomes)).toEqual(new Set(['taken']));
    expect(issuer.asked).toHaveLength(2);
  });

  it('can be registered themselves, and then nobody is asked', async () => {
    await register('offline', { jwks: { keys: issuer.keys as never } });
    expect(await outcome('offline', await signed())).toBe('taken');
    expect(issuer.asked).toEqual([]);
  });

  it('can be registered to be elsewhere', async () => {
    await register('elsewhere', { jwksUri: `${issuer.url}/openid/v1/jwks` });
    expect(await outcome('elsewhere', await signed())).toBe('taken');
    expect(issuer.asked).toEqual(['/openid/v1/jwks']);
  });

  const discovery = (document: unknown) => (url: string | undefined) =>
    url === '/.well-known/openid-configuration' ? JSON.stringify(document) : '{"keys":[]}';
  it.each<[string, () => Issuer['answer']]>([
    [
      'leads elsewhere',
      () => (_, response) => void response.writeHead(302, { location: '/openid/v1/jwks' }).end(),
    ],
    ['is too large', () => (_, response) => void response.end(`"${'x'.repeat(20_000)}"`)],
    ['is no JSON', () => (_, response) => void response.end('<html>')],
    ['is no object', () => (_, response) => void response.end('null')],
    ['never ends', () => (_, response) => void response.write('{')],
    ['never comes', () => () => undefined],
    ['breaks off', () => (_, response) => void response.destroy()],
    [
      'is of another issuer',
      () => (request, response) =>
        void response.end(discovery({ issuer: 'https://evil.example' })(request.url)),
    ],
    [
      'has its keys at another address',
      () => (request, response) =>
        void response.end(
          discovery({ issuer: issuer.url, jwks_uri: 'http://127.0.0.1:1/keys' })(request.url),
        ),
    ],
    [
      'has its keys at no address that may be asked',
      () => (request, response) =>
        void response.end(discovery({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' })(request.url)),
    ],
    [
      'has no keys that are any',
      () => (request, response) =>
        void response.end(
          discovery({ issuer: issuer.url, jwks_uri: `${issuer.url}/x` })(request.url).replace(
            '{"keys":[]}',
            '{"keys":7}',
          ),
        ),
    ],
  ])(
    'are not had when the answer %s: within the bounds, and without a word of why to the sender',
    async (_, answer) => {
      issuer.answer = answer();
      const refused = await post('lab', await signed());
      expect([refused.status, problem(refused)]).toEqual([503, 'issuer-unreachable']);
      expect(refused.text).not.toContain('127.0.0.1');
    },
  );

  it('are never fetched in plain HTTP from anywhere else', async () => {
    await register('plain', { issuer: 'http://issuer.example' });
    const token = await signed({ claims: { iss: 'http://issuer.example' } });
    expect(await outcome('plain', token)).toBe('issuer-unreachable');
  });
});
