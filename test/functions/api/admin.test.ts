import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../../functions/api/identity/token.ts';
import { type Answer, startTestApi, type TestApi } from '../../support/api.ts';
import { type Engine, startDynalite } from '../../support/dynamodb.ts';

const ADMIN = 'podlapse_of-the-stack';
const HOUR_MS = 3_600_000;
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');

let nowMs: number;
let engine: Engine;
let api: TestApi;
let other: TestApi;

/** Two instances of the function on one table, as Lambda runs them. */
beforeEach(async () => {
  nowMs = Date.parse('2026-03-01T12:00:00Z');
  engine = await startDynalite();
  const options = { engine, adminTokenHashes: [hashToken(ADMIN)], clock: () => nowMs };
  api = await startTestApi(options);
  other = await startTestApi(options);
});
afterEach(() => engine.close());

async function send(method: string, path: string, body?: unknown, token = ADMIN): Promise<Answer> {
  const response = await api.request(`/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
const statusOf = async (instance: TestApi, token: string, path = '/v1/clusters') =>
  (await instance.get(path, { authorization: `Bearer ${token}` })).status;

describe('a token', () => {
  it('is shown once, when it is made, and is good from then on', async () => {
    const made = await send('POST', '/tokens', { kind: 'reader', clusters: ['*'], description: 'grafana' });
    expect(made.status).toBe(201);
    const { token, ...record } = made.json;
    expect(record).toEqual({
      id: expect.stringMatching(/^20260301t120000000z-[0-9a-f]{8}$/),
      grant: { kind: 'reader', clusters: ['*'] },
      description: 'grafana',
      requestsPerMinute: null,
      replaces: null,
      createdAt: '2026-03-01T12:00:00.000Z',
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    expect(made.headers.get('location')).toBe(`/v1/admin/tokens/${record.id}`);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(await statusOf(api, token)).toBe(200);
    const listed = await send('GET', '/tokens');
    expect(listed.json.items.map(({ id }: { id: string }) => id)).toEqual([record.id]);
    expect(listed.text).not.toContain(token);
    expect(listed.text).not.toContain(hashToken(token));
    expect(JSON.stringify(api.logged)).not.toContain(token);
    expect(api.logged).toContainEqual(expect.objectContaining({ message: 'made a token', by: 'the stack' }));
  });

  it('that is revoked is refused at once where it is looked up, and everywhere within half a minute', async () => {
    const { token, id } = (await send('POST', '/tokens', { kind: 'reader', clusters: ['*'] })).json;
    expect(await statusOf(other, token)).toBe(200);
    const revoked = await send('DELETE', `/tokens/${id}`);
    expect([revoked.status, revoked.json.revokedAt]).toEqual([200, '2026-03-01T12:00:00.000Z']);
    expect(await statusOf(api, token)).toBe(401);
    nowMs += 30_000;
    expect(await statusOf(other, token)).toBe(401);
    expect((await send('DELETE', `/tokens/${id}`)).json).toEqual(revoked.json);
  });

  it('expires when it was to', async () => {
    const request = { kind: 'reader', clusters: ['*'], expiresAt: '2026-03-01T13:00:00Z' };
    const { token } = (await send('POST', '/tokens', request)).json;
    nowMs += HOUR_MS - 1;
    expect(await statusOf(api, token)).toBe(200);
    nowMs += 1;
    const refused = await api.get('/v1/clusters', { authorization: `Bearer ${token}` });
    expect(refused.json.detail).toBe('This token expired at 2026-03-01T13:00:00.000Z.');
  });

  it('is rotated without a gap: both are good, until the old one is no longer', async () => {
    const request = { kind: 'agent', cluster: 'lab', description: 'lab', requestsPerMinute: 500 };
    const old = (await send('POST', '/tokens', request)).json;
    const rotated = await send('POST', `/tokens/${old.id}/rotation`, { overlapSeconds: 600 });
    expect(rotated.status).toBe(201);
    expect(rotated.json).toMatchObject({
      grant: old.grant,
      description: 'lab',
      requestsPerMinute: 500,
      replaces: old.id,
      expiresAt: null,
    });
    const post = async (token: string) =>
      (
        await api.post('lab', '', {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-ndjson',
        })
      ).status;
    expect([await post(old.token), await post(rotated.json.token)]).toEqual([200, 200]);
    nowMs += 600_000;
    expect([await post(old.token), await post(rotated.json.token)]).toEqual([401, 200]);
    const again = await send('POST', `/tokens/${old.id}/rotation`);
    expect([again.status, problem(again)]).toEqual([409, 'token-ended']);
  });

  it('that expires is rotated to one that lives as long', async () => {
    const request = { kind: 'admin', expiresAt: '2026-03-01T14:00:00Z' };
    const { id } = (await send('POST', '/tokens', request)).json;
    nowMs += HOUR_MS;
    const { expiresAt } = (await send('POST', `/tokens/${id}/rotation`, {})).json;
    expect(expiresAt).toBe('2026-03-01T15:00:00.000Z');
    expect((await send('GET', `/tokens/${id}`)).json.expiresAt).toBe('2026-03-01T14:00:00.000Z');
  });

  it('shows when it was last used, to the hour, for one write an hour over all instances', async () => {
    const { token, id } = (await send('POST', '/tokens', { kind: 'reader', clusters: ['*'] })).json;
    let writes = 0;
    engine.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'UpdateItemCommand') writes += 1;
        return next(args);
      },
      { step: 'initialize', name: 'count' },
    );
    const lastUse = async () => (await send('GET', `/tokens/${id}`)).json.lastUsedAt;
    expect(await lastUse()).toBeNull();
    await statusOf(api, token);
    expect(await lastUse()).toBe('2026-03-01T12:00:00.000Z');
    for (let minute = 0; minute < 59; minute += 1) {
      nowMs += 60_000;
      await statusOf(minute % 2 === 0 ? api : other, token);
    }
    expect([writes, await lastUse()]).toEqual([1, '2026-03-01T12:00:00.000Z']);
    nowMs += 60_000;
    await statusOf(other, token);
    expect([writes, await lastUse()]).toEqual([2, '2026-03-01T13:00:00.000Z']);
  });

  it('has a limit of its own over both instances, and the refusal says it', async () => {
    const request = { kind: 'reader', clusters: ['*'], requestsPerMinute: 10 };
    const { token } = (await send('POST', '/tokens', request)).json;
    const statuses: number[] = [];
    for (let at = 0; at < 20; at += 1) statuses.push(await statusOf(at % 2 === 0 ? api : other, token));
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(statuses.slice(12)).toEqual(Array.from({ length: 8 }, () => 429));
    const refused = await api.get('/v1/clusters', { authorization: `Bearer ${token}` });
    expect([problem(refused), refused.headers.get('retry-after')]).toEqual(['too-many-requests', '60']);
    expect(refused.json).toMatchObject({
      limit: 'requestsPerMinute',
      limitRequests: 10,
      retryAfterSeconds: 60,
    });
    expect(await statusOf(api, (await send('POST', '/tokens', request)).json.token)).toBe(200);
    nowMs += 60_000;
    expect(await statusOf(api, token)).toBe(200);
  });

  it('for administration makes others, until it is revoked', async () => {
    const { token, id } = (await send('POST', '/tokens', { kind: 'admin' })).json;
    expect((await send('POST', '/tokens', { kind: 'admin' }, token)).status).toBe(201);
    expect(api.logged).toContainEqual(expect.objectContaining({ message: 'made a token', by: id }));
    await send('DELETE', `/tokens/${id}`);
    nowMs += 30_000;
    expect((await send('POST', '/tokens', { kind: 'admin' }, token)).status).toBe(401);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'kind: is missing.'],
    ['of no kind', {}, 'kind: is missing.'],
    ['of another kind', { kind: 'owner' }, 'kind: must be one of "agent", "reader", "admin".'],
    ['of no cluster', { kind: 'agent' }, 'cluster: is missing.'],
    ['for the agent of all clusters', { kind: 'agent', cluster: '*' }, 'cluster: must be 1 to 63 of'],
    ['to read nothing', { kind: 'reader', clusters: [] }, 'clusters: must be at least 1 items.'],
    [
      'to read too many',
      { kind: 'reader', clusters: Array(201).fill('lab') },
      'clusters: must be at most 200 items.',
    ],
    ['with a field that is not known', { kind: 'admin', cluster: 'lab' }, 'unknown field "cluster".'],
    ['that has expired already', { kind: 'admin', expiresAt: '2026-03-01T12:00:00Z' }, 'expiresAt: is past'],
    [
      'with a description that is too long',
      { kind: 'admin', description: 'x'.repeat(201) },
      'description: must be at most 200',
    ],
    ['of no requests', { kind: 'admin', requestsPerMinute: 0 }, 'requestsPerMinute: must be at least 1.'],
  ])('%s is not made', async (_, body, detail) => {
    const refused = await send('POST', '/tokens', body);
    expect([refused.status, problem(refused)]).toEqual([400, 'invalid-body']);
    expect(refused.json.detail).toContain(detail);
    expect((await send('GET', '/tokens')).json.items).toEqual([]);
  });

  it.each([
    ['GET', '/tokens/never-made'],
    ['DELETE', '/tokens/never-made'],
    ['POST', '/tokens/never-made/rotation'],
  ])('%s of one that was never made is not found', async (method, path) => {
    const answer = await send(method, path);
    expect([answer.status, problem(answer)]).toEqual([404, 'token-not-found']);
  });

  it('is not made of a body of more than a quarter of a megabyte, however it is packed', async () => {
    const large = JSON.stringify({ kind: 'admin', description: 'x'.repeat(300_000) });
    const plain = await send('POST', '/tokens', large);
    expect([plain.status, problem(plain), plain.json.limitBytes]).toEqual([413, 'body-too-large', 262_144]);
    const packed = await api.request('/v1/admin/tokens', {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-encoding': 'gzip' },
      body: Uint8Array.from(gzipSync(large)),
    });
    expect(packed.status).toBe(413);
    expect(await packed.json()).toMatchObject({ limit: 'inflatedBodyBytes', limitBytes: 262_144 });
  });

  it.each([
    ['{', 400, 'malformed-body'],
    ['['.repeat(100), 400, 'malformed-body'],
    ['{"kind":"admin","__proto__":{"kind":"reader"}}', 400, 'invalid-body'],
    ['null', 400, 'invalid-body'],
  ])('is not made of the body %s', async (body, status, code) => {
    const refused = await send('POST', '/tokens', body);
    expect([refused.status, problem(refused)]).toEqual([status, code]);
  });
});

describe('a cluster', () => {
  const tokenIssuer = {
    issuer: 'https://oidc.example/id/1',
    subjects: ['system:serviceaccount:podlapse:node'],
  };

  it('is registered, and registered anew', async () => {
    const first = await send('PUT', '/clusters/lab', {});
    expect(first.json).toEqual({
      cluster: 'lab',
      description: '',
      requestsPerMinute: null,
      tokenIssuer: null,
      retention: { eventsDays: null, restartsDays: null, rollupsDays: null },
      updatedAt: '2026-03-01T12:00:00.000Z',
    });
    await send('PUT', '/clusters/lab', {
      description: 'the lab',
      tokenIssuer,
      retention: { eventsDays: 30 },
    });
    const read = await send('GET', '/clusters/lab');
    expect(read.json).toMatchObject({
      description: 'the lab',
      tokenIssuer: { ...tokenIssuer, jwksUri: null, jwks: null },
      retention: { eventsDays: 30, restartsDays: null, rollupsDays: null },
    });
    expect((await send('GET', '/clusters')).json.items).toEqual([read.json]);
  });

  it('that is not registered is not found', async () => {
    const answer = await send('GET', '/clusters/none');
    expect([answer.status, problem(answer)]).toEqual([404, 'cluster-not-found']);
  });

  it.each<[string, unknown, string]>([
    ['in plain HTTP', { issuer: 'http://oidc.example' }, 'tokenIssuer.issuer: must be an https URL'],
    ['with a user', { issuer: 'https://me@oidc.example' }, 'tokenIssuer.issuer: must be an https URL'],
    ['with a query', { issuer: 'https://oidc.example/?a=b' }, 'tokenIssuer.issuer: must be an https URL'],
    ['of a file', { issuer: 'file:///etc/passwd' }, 'tokenIssuer.issuer: must be an https URL'],
    [
      'with keys in plain HTTP',
      { jwksUri: 'http://169.254.169.254/' },
      'tokenIssuer.jwksUri: must be an https URL',
    ],
    ['without a subject', { subjects: [] }, 'tokenIssuer.subjects: must be at least 1 items'],
    ['with any subject', { subjects: ['*'] }, 'tokenIssuer.subjects.0: must be system:serviceaccount:'],
    [
      'with a private key',
      { jwks: { keys: [{ kty: 'EC', d: 'AA' }] } },
      'tokenIssuer.jwks.keys.0: unknown field "d"',
    ],
    [
      'with a symmetric key',
      { jwks: { keys: [{ kty: 'oct' }] } },
      'tokenIssuer.jwks.keys.0.kty: must be one of "RSA", "EC"',
    ],
  ])('is not registered with an issuer %s', async (_, change, detail) => {
    const refused = await send('PUT', '/clusters/lab', {
      tokenIssuer: { ...tokenIssuer, ...(change as object) },
    });
    expect([refused.status, problem(refused)]).toEqual([400, 'invalid-body']);
    expect(refused.json.detail).toContain(detail);
    expect((await send('GET', '/clusters/lab')).status).toBe(404);
  });
});
