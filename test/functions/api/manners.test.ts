import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../../functions/api/identity/token.ts';
import { StoreBusyError } from '../../../functions/store/errors.ts';
import { ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { aPodRevision, POD } from '../../support/recorded-events.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const TIMELINE = `/v1/clusters/lab/pods/${POD.uid}/timeline`;
const READS = [
  '/docs',
  '/openapi.json',
  '/v1/clusters',
  '/v1/clusters/lab/pods',
  `/v1/clusters/lab/pods/${POD.uid}/events`,
  TIMELINE,
  `${TIMELINE}?format=svg`,
  `${TIMELINE}?format=text`,
];

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.post('lab', ndjson(events));
});
afterAll(() => api.close());

describe('a read', () => {
  it.each(READS)('of %s is answered with 304 to whoever has it', async (path) => {
    const first = await api.get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toMatch(/Accept-Encoding, Authorization$/);
    for (const ifNoneMatch of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await api.get(path, { 'if-none-match': ifNoneMatch });
      expect([again.status, again.text]).toEqual([304, '']);
      for (const name of ['etag', 'cache-control', 'vary']) {
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      }
    }
    for (const ifNoneMatch of ['"other"', etag.slice(3, -1), '', 'W/']) {
      expect((await api.get(path, { 'if-none-match': ifNoneMatch })).status).toBe(200);
    }
  });

  it('has another ETag when there is something new, and in each format', async () => {
    const etagOf = async (query: string) => (await api.get(`${TIMELINE}${query}`)).headers.get('etag');
    const before = await etagOf('');
    expect(new Set([before, await etagOf('?format=svg'), await etagOf('?format=text')]).size).toBe(3);
    await api.post(
      'lab',
      ndjson([
        aPodRevision({ occurredAt: '2026-03-01T11:30:00Z', resourceVersion: '99999', type: 'DELETED' }),
      ]),
    );
    expect(await etagOf('')).not.toBe(before);
  });

  it.each(READS)('of %s is compressed for whoever takes it', async (path) => {
    const plain = await api.get(path);
    const response = await api.request(path, { headers: { 'accept-encoding': 'br, gzip;q=0.8' } });
    const large = plain.text.length >= 1_024;
    expect(response.headers.get('content-encoding')).toBe(large ? 'gzip' : null);
    const body = Buffer.from(await response.arrayBuffer());
    expect((large ? gunzipSync(body) : body).toString()).toBe(plain.text);
    expect(response.headers.get('etag')).toBe(plain.headers.get('etag'));
    expect(response.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  });

  it.each([
    ['gzip', 'gzip'],
    ['*', 'gzip'],
    ['GZIP;Q=1', 'gzip'],
    ['deflate, br', null],
    ['gzip;q=0, *', null],
    ['gzip;q=x', null],
    ['', null],
  ])('with Accept-Encoding "%s" is sent as %s', async (accepted, encoding) => {
    const { headers } = await api.request('/docs', { headers: { 'accept-encoding': accepted } });
    expect(headers.get('content-encoding')).toBe(encoding);
  });

  it('of the head alone has no body and the same headers', async () => {
    const get = await api.get(TIMELINE);
    const head = await api.request(TIMELINE, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
    const known = { 'if-none-match': get.headers.get('etag') ?? '' };
    expect((await api.request(TIMELINE, { method: 'HEAD', headers: known })).status).toBe(304);
  });

  it.each(['/healthz', '/readyz'])('of %s is never kept', async (path) => {
    const answer = await api.get(path, { 'if-none-match': '*' });
    expect(answer.status).toBe(200);
    expect([answer.headers.get('cache-control'), answer.headers.get('etag')]).toEqual(['no-store', null]);
  });

  it('that fails is never kept either', async () => {
    const answer = await api.get('/v1/clusters/lab/pods/nobody/timeline', { 'if-none-match': '*' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([404, null]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is answered with 304 only to whoever may read', async () => {
    const guarded = await startTestApi({ adminTokenHashes: [hashToken('admin')] });
    expect((await guarded.get('/v1/clusters', { 'if-none-match': '*' })).status).toBe(401);
    await guarded.close();
  });
});

describe('a request’s name', () => {
  it.each([
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'Root=1-67891233-abcdef012345678912345678',
  ])('%s is answered with, and stands in a problem', async (id) => {
    const found = await api.get('/v1/clusters', { 'x-request-id': id });
    expect(found.headers.get('x-request-id')).toBe(id);
    const missing = await api.get('/nothing', { 'x-request-id': id });
    expect([missing.headers.get('x-request-id'), missing.json.requestId]).toEqual([id, id]);
  });

  it.each(['', 'short', 'x'.repeat(129), 'with space', 'a"b{c}d,e;f', '<script>alert(1)</script>'])(
    '"%s" is replaced by one of ours',
    async (id) => {
      const answer = await api.get('/v1/clusters', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(/^request-\d+$/);
    },
  );

  it.each(['/nothing', '/v1/clusters?limit=0', '/healthz', '/docs'])(
    'is given to every answer, as of %s',
    async (path) => {
      expect((await api.get(path)).headers.get('x-request-id')).toMatch(/^request-\d+$/);
    },
  );
});

describe('a page of another origin', () => {
  const origin = 'https://restarts.example';
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  };
  const corsHeaders = (headers: Headers) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  it('is allowed nothing unless it is said', async () => {
    const closed = await startTestApi({ authorise: () => ({ kind: 'reader', clusters: 'all' }) });
    expect(corsHeaders((await closed.get('/v1/clusters', { origin })).headers)).toEqual([]);
    const answer = await closed.request('/v1/clusters', preflight);
    expect([answer.status, corsHeaders(answer.headers)]).toEqual([405, []]);
    await closed.close();
  });

  it('that is named is allowed, and no other', async () => {
    const open = await startTestApi({
      authorise: () => ({ kind: 'reader', clusters: 'all' }),
      corsOrigins: [origin, 'https://other.example'],
    });
    const asked = await open.request('/v1/clusters', preflight);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await open.get('/v1/clusters', { origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('etag');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
    const known = await open.get('/v1/clusters', { origin, 'if-none-match': '*' });
    expect([known.status, known.headers.get('access-control-allow-origin')]).toEqual([304, origin]);
    const refused = await open.get('/v1/clusters?limit=0', { origin });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, origin]);
    for (const stranger of ['https://evil.example', 'null', `${origin}.evil.example`]) {
      const { headers } = await open.get('/v1/clusters', { origin: stranger });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    await open.close();
  });
});

describe('a store that is busy', () => {
  it('is told with when to come again', async () => {
    const busy = await startTestApi({
      wrap: (store) => ({ ...store, clusters: () => Promise.reject(new StoreBusyError(2_000)) }),
    });
    const answer = await busy.get('/v1/clusters');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    await busy.close();
  });
});
