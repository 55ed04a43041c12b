// Anything may be sent to any route: the answer is one that the API means to give, and nothing is half done.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../functions/api/api.ts';
import { hashToken } from '../../../functions/api/identity/token.ts';
import { createLoopbackAccess } from '../../../functions/api/loopback-access.ts';
import { eventId, type RecordedEvent, recordedEvent } from '../../../timeline/contract/event.ts';
import { INTERNALS } from '../../support/internals.ts';
import { ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { arbitraryOf } from '../../support/arbitrary-of-schema.ts';
import { aPodRevision, POD } from '../../support/recorded-events.ts';

const ADMIN = 'podlapse_of-the-stack';
const RUNS = 60;

let api: TestApi;
let guarded: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  guarded = await startTestApi({ adminTokenHashes: [hashToken(ADMIN)] });
  const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
  await api.post('lab', ndjson([event]));
  await api.request('/v1/admin/clusters/lab', { method: 'PUT' });
});
afterAll(() => Promise.all([api.close(), guarded.close()]));

/** What has broken parsers, templates, queries and logs. */
const NASTY = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '%00',
  '%ff%fe',
  '%ed%a0%80',
  '%',
  '%zz',
  '%2e%2e%2f',
  '#',
  '?',
  '&&==',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'NaN',
  '-1',
  '1e309',
  '9'.repeat(400),
  "' OR 1=1 --",
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '\u202e\u0000\u001b[31m',
  '😀'.repeat(200),
  'a#b/c\\d',
  'x'.repeat(9_000),
  '2026-02-30T25:61:61Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  'eyJpdiI6IngifQ',
];
const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** As it would stand in a URL: mostly escaped, now and then raw. */
const inUrl = fc.oneof(
  nasty.map((text) => encodeURIComponent(text.toWellFormed())),
  nasty.filter((text) => /^[!-~]*$/.test(text)),
);
const headerValue = nasty.map((text) => text.replaceAll(/[^\t -~]/g, '?').trim());

interface Shot {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const body: Arbitrary<Uint8Array> = fc
  .oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    nasty.map((text) => Buffer.from(text)),
    fc
      .constantFrom('['.repeat(5_000), '{"a":'.repeat(5_000), '"', '{"events":[null,1,[],{}]}')
      .map((text) => Buffer.from(text)),
  )
  .chain((bytes) =>
    fc.constantFrom<Uint8Array>(
      bytes,
      gzipSync(bytes),
      zstdCompressSync(bytes),
      gzipSync(bytes).subarray(0, 12),
    ),
  );

function shots(route: { readonly method: string; readonly path: string }): Arbitrary<Shot> {
  const names = [
    'cluster',
    'limit',
    'cursor',
    'from',
    'to',
    'at',
    'by',
    'interval',
    'format',
    'since',
    '__proto__',
  ];
  const holes = [...route.path.matchAll(/:\w+/g)].length;
  const parts = fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom('lab', POD.uid, POD.namespace, POD.name) }, inUrl),
    {
      minLength: holes,
      maxLength: holes,
    },
  );
  const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), inUrl), inUrl), { maxLength: 3 });
  const path = fc.tuple(parts, query).map(([values, pairs]) => {
    let hole = 0;
    const where = route.path.replaceAll(/:\w+/g, () => values[(hole += 1) - 1] ?? '');
    return pairs.length === 0 ? where : `${where}?${pairs.map((pair) => pair.join('=')).join('&')}`;
  });
  return fc.record({
    path,
    method: fc.oneof(
      { weight: 4, arbitrary: fc.constant(route.method) },
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'),
    ),
    headers: fc.dictionary(
      fc.constantFrom(
        'accept',
        'accept-encoding',
        'content-type',
        'content-encoding',
        'content-length',
        'if-none-match',
        'x-request-id',
        'range',
        'origin',
        'host',
      ),
      fc.oneof(
        headerValue,
        fc.constantFrom('application/json', 'application/x-ndjson', 'gzip', 'zstd', '*', 'text/*;q=2'),
      ),
      { maxKeys: 3 },
    ),
    body: fc.option(body, { nil: undefined }),
  });
}

async function fire(target: TestApi, { path, method, headers, body: bytes }: Shot) {
  const takesBody = !['GET', 'HEAD'].includes(method);
  const response = await target.request(path, {
    method,
    headers,
    ...(takesBody && bytes !== undefined ? { body: Uint8Array.from(bytes) } : {}),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Holds an answer to what all have to be. */
function expectMeant({ status, headers, text }: Awaited<ReturnType<typeof fire>>, shot: Shot) {
  expect([shot.path, status < 500]).toEqual([shot.path, true]);
  expect(headers.get('x-request-id')).toMatch(/^[\w.=-]{1,128}$/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  if (status < 400 || shot.method === 'HEAD') return;
  expect(headers.get('content-type')).toBe('application/problem+json');
  const problem = JSON.parse(text);
  expect(problem).toMatchObject({ status, requestId: headers.get('x-request-id') });
  // What was sent is named as it was sent, and may well be called like an attribute of the table.
  const query = new URL(shot.path, 'http://localhost').searchParams;
  const sent = [...query.keys(), ...query.values(), ...Object.values(shot.headers)];
  const own = sent.reduce((detail, word) => detail.replaceAll(`"${word}"`, '""'), String(problem.detail));
  expect(own).not.toMatch(INTERNALS);
}

const routes = apiRoutes({
  store: {} as never,
  tokens: {} as never,
  registrations: {} as never,
  authorise: createLoopbackAccess(),
  log: { info: () => {}, warn: () => {}, error: () => {} },
  clock: Date.now,
  randomId: () => '',
}).map((route) => [`${route.method} ${route.path}`, route] as const);

describe.each(routes)('%s', (_, route) => {
  it('answers to anything with what it means to, and never with 500', async () => {
    await fc.assert(
      fc.asyncProperty(shots(route), async (shot) => expectMeant(await fire(api, shot), shot)),
      { numRuns: RUNS },
    );
    expect(api.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('whatever stands for a token', () => {
  it('lets nobody in, and breaks nothing', async () => {
    const credential = fc.oneof(
      headerValue,
      headerValue.map((text) => `Bearer ${text}`),
      fc.stringMatching(/^[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}$/).map((text) => `Bearer ${text}`),
      fc.stringMatching(/^podlapse_[\w-]{43}$/).map((text) => `Bearer ${text}`),
      fc.constantFrom('Bearer', 'Bearer ', `Bearer ${ADMIN}x`, `bearer  ${hashToken(ADMIN)}`, 'Basic eDp5'),
    );
    const paths = fc.constantFrom(
      'GET /v1/clusters',
      'GET /v1/admin/tokens',
      'POST /v1/clusters/lab/events',
      'POST /v1/admin/tokens',
      'GET /v1/metrics/restarts',
    );
    await fc.assert(
      fc.asyncProperty(credential, paths, async (authorization, where) => {
        const [method = '', path = ''] = where.split(' ');
        const shot = { path, method, headers: { authorization }, body: undefined };
        const answer = await fire(guarded, shot);
        expectMeant(answer, shot);
        expect(answer.status).toBe(401);
      }),
      { numRuns: 200 },
    );
    expect(guarded.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a batch of good and bad events', () => {
  const good: Arbitrary<unknown> = arbitraryOf(recordedEvent)
    .map((value) => recordedEvent.safeParse(value).data)
    .filter((event) => event !== undefined)
    .map((event) => ({ ...event, id: eventId(event) }))
    .filter((event) => event.id.length <= 253);
  const entry = fc.oneof(
    { weight: 2, arbitrary: good },
    fc.jsonValue(),
    fc.record({ source: fc.constant('pod') }),
  );

  it('is accounted for to the last event, and what was accepted is there', async () => {
    let clusters = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        const cluster = `fuzz-${(clusters += 1)}`;
        const answer = await api.post(cluster, JSON.stringify({ events: entries }), {
          'content-type': 'application/json',
        });
        expect(answer.status).toBe(200);
        const { accepted, duplicates, rejected } = answer.json;
        expect(accepted + duplicates + rejected.length).toBe(entries.length);
        const refused = new Set(rejected.map(({ index }: { index: number }) => index));
        const taken = entries.filter((_, index) => !refused.has(index)) as RecordedEvent[];
        expect(new Set(taken.map(({ id }) => id)).size).toBe(accepted);
        for (const event of taken) {
          if (event.source === 'agent' || event.pod === undefined) continue;
          const stored = await api.store.podEvents(cluster, event.pod.uid);
          expect(stored.map(({ id }) => id)).toContain(event.id);
        }
      }),
      { numRuns: 40 },
    );
  });
});
