import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../../functions/api/identity/token.ts';
import { readLambdaSettings } from '../../../functions/lambda-settings.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { aPodRevision, POD } from '../../support/recorded-events.ts';

const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');
const READS = ['', `/${POD.uid}/timeline`, `/${POD.uid}/events`].map((rest) => `/pods${rest}`);

const made = { description: '', expiresAt: null, requestsPerMinute: null } as const;
const ADMIN = 'podlapse_of-the-stack';

describe('with tokens', () => {
  let api: TestApi;
  let agentOfLab: string;
  let readerOfAll: string;
  let readerOfLab: string;
  let readerOfTwo: string;
  beforeAll(async () => {
    api = await startTestApi({ adminTokenHashes: [hashToken(ADMIN)] });
    const make = async (request: Parameters<TestApi['tokens']['make']>[0]) =>
      (await api.tokens.make(request)).token;
    agentOfLab = await make({ kind: 'agent', cluster: 'lab', ...made });
    readerOfAll = await make({ kind: 'reader', clusters: ['*'], ...made });
    readerOfLab = await make({ kind: 'reader', clusters: ['lab'], ...made });
    readerOfTwo = await make({ kind: 'reader', clusters: ['lab', 'never-heard-of', 'prod'], ...made });
    await api.store.putEvents('lab', [event]);
    await api.store.putEvents('prod', [event]);
    await api.store.putEvents('staging', [event]);
  });
  afterAll(() => api.close());

  it.each<[string, () => Record<string, string>]>([
    ['no token', () => ({})],
    ['a token that was never made', () => bearer(`podlapse_${'A'.repeat(43)}`)],
    ['what is no token', () => bearer('guess')],
    ['another scheme', () => ({ authorization: `Basic ${Buffer.from(readerOfAll).toString('base64')}` })],
    ['the hash of a token', () => bearer(hashToken(readerOfAll))],
    ['a token and something else', () => bearer(`${readerOfAll} x`)],
    ['a token cut short', () => bearer(readerOfAll.slice(0, -1))],
    ['a token of 10,000 characters', () => bearer(readerOfAll + 'x'.repeat(10_000))],
  ])('nobody is let in with %s', async (_, headers) => {
    const paths = ['/v1/clusters', '/v1/admin/tokens', ...READS.map((path) => `/v1/clusters/lab${path}`)];
    for (const path of paths) {
      const answer = await api.get(path, headers());
      expect([path, answer.status, problem(answer)]).toEqual([path, 401, 'unauthorised']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="podlapse"');
    }
    expect((await api.post('lab', ndjson([event]), headers())).status).toBe(401);
  });

  it('an agent writes its own cluster and no other, and reads nothing', async () => {
    const headers = { ...bearer(agentOfLab), 'content-type': 'application/x-ndjson' };
    expect((await api.post('lab', ndjson([event]), headers)).json).toMatchObject({ duplicates: 1 });
    const other = await api.post('prod', ndjson([event]), headers);
    expect([other.status, problem(other)]).toEqual([403, 'forbidden']);
    const paths = ['/v1/clusters', '/v1/admin/tokens', '/v1/admin/clusters/lab'];
    for (const path of [...paths, ...READS.map((read) => `/v1/clusters/lab${read}`)]) {
      expect([path, (await api.get(path, bearer(agentOfLab))).status]).toEqual([path, 403]);
    }
  });

  it('an agent is told the same of another cluster, whether it exists or not', async () => {
    const headers = { ...bearer(agentOfLab), 'content-type': 'application/x-ndjson' };
    const [real, none] = [
      await api.post('prod', ndjson([event]), headers),
      await api.post('none', '', headers),
    ];
    expect(real.json.detail.replace('prod', 'X')).toBe(none.json.detail.replace('none', 'X'));
  });

  it('a reader of all reads all, writes nothing and administers nothing', async () => {
    for (const cluster of ['lab', 'prod']) {
      for (const path of READS) {
        expect((await api.get(`/v1/clusters/${cluster}${path}`, bearer(readerOfAll))).status).toBe(200);
      }
    }
    expect((await api.get('/v1/clusters', bearer(readerOfAll))).json.items).toHaveLength(3);
    const write = await api.post('lab', ndjson([event]), bearer(readerOfAll));
    expect([write.status, problem(write)]).toEqual([403, 'forbidden']);
    expect((await api.get('/v1/admin/tokens', bearer(readerOfAll))).status).toBe(403);
  });

  it('an administrator reads no history and writes none', async () => {
    for (const path of ['/v1/clusters', ...READS.map((read) => `/v1/clusters/lab${read}`)]) {
      expect([path, (await api.get(path, bearer(ADMIN))).status]).toEqual([path, 403]);
    }
    expect((await api.post('lab', ndjson([event]), bearer(ADMIN))).status).toBe(403);
    expect((await api.get('/v1/admin/tokens', bearer(ADMIN))).status).toBe(200);
  });

  it('a reader of some clusters cannot tell whether another one exists', async () => {
    const headers = bearer(readerOfLab);
    expect((await api.get('/v1/clusters/lab/pods', headers)).status).toBe(200);
    for (const path of READS) {
      const real = await api.get(`/v1/clusters/prod${path}`, headers);
      const none = await api.get(`/v1/clusters/none${path}`, headers);
      expect([real.status, problem(real)]).toEqual([404, 'cluster-not-found']);
      const shape = ({ json }: Answer) => ({
        ...json,
        requestId: '',
        detail: json.detail.replace(/prod|none/, 'X'),
      });
      expect(shape(real)).toEqual(shape(none));
    }
  });

  it('nothing is looked up for a reader of a cluster that it may not read', async () => {
    const asked: string[] = [];
    const watched = await startTestApi({
      authorise: () => ({ kind: 'reader', clusters: new Set(['lab']) }),
      wrap: (store) =>
        new Proxy(store, {
          get: (target, name) => {
            asked.push(String(name));
            return Reflect.get(target, name);
          },
        }),
    });
    for (const path of READS) await watched.get(`/v1/clusters/prod${path}`);
    expect(asked).toEqual([]);
    await watched.close();
  });

  it('a reader of some clusters lists these, page by page, and no page tells of others', async () => {
    const names: string[] = [];
    const pages: number[] = [];
    for (let next = '/v1/clusters?limit=1'; next !== null; ) {
      const { json } = await api.get(next, bearer(readerOfTwo));
      names.push(...json.items.map(({ name }: { name: string }) => name));
      pages.push(json.items.length);
      expect(Buffer.from(json.cursor ?? '', 'base64url').toString()).not.toContain('staging');
      next = json.next;
    }
    expect(names).toEqual(['lab', 'prod']);
    expect(pages).toEqual([1, 0, 1]);
    const { json } = await api.get('/v1/clusters?limit=1', bearer(readerOfAll));
    expect((await api.get(json.next, bearer(readerOfTwo))).status).toBe(400);
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
  const table = { PODLAPSE_TABLE: 't' };
  it.each([
    [{}, 'PODLAPSE_TABLE is not set; it must be the name of the DynamoDB table'],
    [
      { ...table, PODLAPSE_ADMIN_TOKEN_HASHES: 'secret' },
      'PODLAPSE_ADMIN_TOKEN_HASHES has "secret"; each must be a SHA-256',
    ],
    [
      { ...table, PODLAPSE_ADMIN_TOKEN_HASHES: `${hashToken('x')},` + 'f'.repeat(63) },
      'PODLAPSE_ADMIN_TOKEN_HASHES has',
    ],
    [
      { ...table, PODLAPSE_RETENTION_RESTARTS_DAYS: '3' },
      'PODLAPSE_RETENTION_RESTARTS_DAYS is "3"; it must be a number of days from 7 to 36500, or forever',
    ],
    [{ ...table, PODLAPSE_RETENTION_EVENTS_DAYS: 'a month' }, 'PODLAPSE_RETENTION_EVENTS_DAYS is "a month"'],
    [{ ...table, PODLAPSE_CORS_ORIGINS: '*' }, 'PODLAPSE_CORS_ORIGINS has "*"; each must be an origin'],
    [{ ...table, PODLAPSE_CORS_ORIGINS: 'https://a.example/path' }, 'PODLAPSE_CORS_ORIGINS has'],
  ])('%o are refused by name', (env, message) => {
    expect(() => readLambdaSettings(env)).toThrow(message);
  });

  it('let nobody in, and no page of another origin, where nothing is said', () => {
    expect(readLambdaSettings(table)).toEqual({
      tableName: 't',
      adminTokenHashes: [],
      corsOrigins: [],
      retention: { eventsDays: 90, restartsDays: null, rollupsDays: null },
    });
    const empty = {
      ...table,
      PODLAPSE_ADMIN_TOKEN_HASHES: '',
      PODLAPSE_CORS_ORIGINS: '',
      PODLAPSE_RETENTION_EVENTS_DAYS: '',
    };
    expect(readLambdaSettings(empty)).toEqual(readLambdaSettings(table));
  });

  it('take two administrators’ tokens, while one takes over from the other', () => {
    const hashes = [hashToken('old'), hashToken('new')];
    const env = { ...table, PODLAPSE_ADMIN_TOKEN_HASHES: hashes.join(', ') };
    expect(readLambdaSettings(env).adminTokenHashes).toEqual(hashes);
  });
});
