import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenAccess } from '../../../functions/api/token-access.ts';
import { readLambdaSettings } from '../../../functions/lambda-settings.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { aPodRevision, POD } from '../../support/recorded-events.ts';

const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
const hash = (token: string) => createHash('sha256').update(token).digest('hex');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');
const READS = ['', `/${POD.uid}/timeline`, `/${POD.uid}/events`].map((rest) => `/pods${rest}`);

describe('with tokens', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({
      authorise: createTokenAccess({
        [hash('agent-of-lab')]: { agent: 'lab' },
        [hash('reader-of-all')]: { reader: ['*'] },
        [hash('reader-of-lab')]: { reader: ['lab'] },
      }),
    });
    await api.store.putEvents('lab', [event]);
    await api.store.putEvents('prod', [event]);
  });
  afterAll(() => api.close());

  it.each([
    ['no token', {}],
    ['an unknown token', bearer('guess')],
    ['another scheme', { authorization: `Basic ${Buffer.from('reader-of-all').toString('base64')}` }],
    ['the hash of a token', bearer(hash('reader-of-all'))],
    ['a token and something else', bearer('reader-of-all x')],
  ])('nobody is let in with %s', async (_, headers) => {
    const paths = ['/', '/v1/clusters', ...READS.map((path) => `/v1/clusters/lab${path}`)];
    for (const path of paths) {
      const answer = await api.get(path, headers);
      expect([path, answer.status, problem(answer)]).toEqual([path, 401, 'unauthorised']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="podlapse"');
    }
    expect((await api.post('lab', ndjson([event]), headers)).status).toBe(401);
  });

  it('an agent writes its own cluster and no other, and reads nothing', async () => {
    const headers = { ...bearer('agent-of-lab'), 'content-type': 'application/x-ndjson' };
    expect((await api.post('lab', ndjson([event]), headers)).json).toMatchObject({ duplicates: 1 });
    const other = await api.post('prod', ndjson([event]), headers);
    expect([other.status, problem(other)]).toEqual([403, 'forbidden']);
    for (const path of ['/v1/clusters', ...READS.map((read) => `/v1/clusters/lab${read}`)]) {
      expect((await api.get(path, bearer('agent-of-lab'))).status).toBe(403);
    }
  });

  it('a reader of all reads all and writes nothing', async () => {
    for (const cluster of ['lab', 'prod']) {
      for (const path of READS) {
        expect((await api.get(`/v1/clusters/${cluster}${path}`, bearer('reader-of-all'))).status).toBe(200);
      }
    }
    expect((await api.get('/v1/clusters', bearer('reader-of-all'))).json.items).toHaveLength(2);
    const write = await api.post('lab', ndjson([event]), bearer('reader-of-all'));
    expect([write.status, problem(write)]).toEqual([403, 'forbidden']);
  });

  it('a reader of some clusters cannot tell whether another one exists', async () => {
    const headers = bearer('reader-of-lab');
    expect((await api.get('/v1/clusters/lab/pods', headers)).status).toBe(200);
    const { items } = (await api.get('/v1/clusters', headers)).json;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['lab']);
    for (const path of READS) {
      const real = await api.get(`/v1/clusters/prod${path}`, headers);
      const made = await api.get(`/v1/clusters/none${path}`, headers);
      expect([real.status, problem(real)]).toEqual([404, 'cluster-not-found']);
      const shape = ({ json }: Answer) => ({
        ...json,
        requestId: '',
        detail: json.detail.replace(/prod|none/, 'X'),
      });
      expect(shape(real)).toEqual(shape(made));
    }
  });

  it('health needs none', async () => {
    expect((await api.get('/healthz')).status).toBe(200);
    expect((await api.get('/readyz')).status).toBe(200);
    expect((await api.get('/openapi.json')).status).toBe(200);
  });
});

describe('on loopback', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it.each(['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080', 'LOCALHOST:80'])(
    'the Host %s is answered without a token',
    async (host) => {
      expect((await api.get('/v1/clusters', { host })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8080',
    '10.0.0.1',
    '',
    'localhost:80@evil.example',
  ])('the Host "%s" is refused, as DNS rebinding would send it', async (host) => {
    const answer = await api.get('/v1/clusters', { host });
    expect([answer.status, problem(answer)]).toEqual([403, 'host-not-allowed']);
    expect((await api.post('lab', ndjson([event]), { host })).status).toBe(403);
  });

  it('a page of another origin can neither read nor write', async () => {
    expect((await api.get('/v1/clusters', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await api.post('lab', ndjson([event]), { origin: 'null' })).status).toBe(403);
    expect((await api.get('/v1/clusters', { origin: 'http://localhost:8080' })).status).toBe(200);
  });
});

describe('the settings of the function', () => {
  it.each([
    [{}, 'PODLAPSE_TABLE is not set; it must be the name of the DynamoDB table'],
    [{ PODLAPSE_TABLE: 't', PODLAPSE_TOKENS: '{' }, 'PODLAPSE_TOKENS is not JSON'],
    [{ PODLAPSE_TABLE: 't', PODLAPSE_TOKENS: '{"secret":{"agent":"lab"}}' }, 'PODLAPSE_TOKENS: '],
    [{ PODLAPSE_TABLE: 't', PODLAPSE_TOKENS: `{"${hash('x')}":{"reader":[]}}` }, 'PODLAPSE_TOKENS: '],
    [{ PODLAPSE_TABLE: 't', PODLAPSE_TOKENS: `{"${hash('x')}":{"agent":"*"}}` }, 'PODLAPSE_TOKENS: '],
  ])('%o are refused by name', (env, message) => {
    expect(() => readLambdaSettings(env)).toThrow(message);
  });

  it('let nobody in without tokens', () => {
    expect(readLambdaSettings({ PODLAPSE_TABLE: 't' })).toEqual({ tableName: 't', tokens: {} });
  });
});
