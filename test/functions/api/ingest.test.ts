import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../timeline/contract/limits.ts';
import { ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { aPodRevision, aStatus, POD } from '../../support/recorded-events.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const revision = (resourceVersion: string) =>
  aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion });

let api: TestApi;
let clusters = 0;
const freshCluster = () => `lab-${(clusters += 1)}`;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('a batch', () => {
  const two = [revision('1'), revision('2')];

  it.each([
    ['NDJSON', ndjson(two), { 'content-type': 'application/x-ndjson' }],
    [
      'NDJSON with blank lines and a last line end',
      `\n${ndjson(two)}\r\n\n`,
      { 'content-type': 'application/x-ndjson' },
    ],
    ['an envelope', JSON.stringify({ events: two }), { 'content-type': 'application/json; charset=utf-8' }],
    [
      'gzipped NDJSON',
      gzipSync(ndjson(two)),
      { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    ],
    [
      'an envelope in zstd',
      zstdCompressSync(JSON.stringify({ events: two })),
      { ...JSON_TYPE, 'content-encoding': 'zstd' },
    ],
    ['NDJSON that says not what it is', Buffer.from(ndjson(two)), {}],
    ['an envelope that says not what it is', Buffer.from(` { "events": ${JSON.stringify(two)}}`), {}],
  ])('is taken as %s', async (_, body, headers) => {
    const cluster = freshCluster();
    const answer = await api.post(cluster, body, headers);
    expect(answer.json).toEqual({ accepted: 2, duplicates: 0, rejected: [] });
    expect(answer.status).toBe(200);
    expect(await api.store.podEvents(cluster, POD.uid)).toEqual(two);
  });

  it('sent a second time is all duplicates, and changes nothing', async () => {
    const cluster = freshCluster();
    await api.post(cluster, ndjson(two));
    const before = await api.get(`/v1/clusters/${cluster}/pods/${POD.uid}/timeline`);
    expect((await api.post(cluster, ndjson(two))).json).toEqual({ accepted: 0, duplicates: 2, rejected: [] });
    expect((await api.get(`/v1/clusters/${cluster}/pods/${POD.uid}/timeline`)).text).toBe(before.text);
  });

  it('that is empty is taken, and makes no cluster', async () => {
    const cluster = freshCluster();
    expect((await api.post(cluster, '')).json).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
    const { items } = (await api.get('/v1/clusters')).json;
    expect(items.map(({ name }: { name: string }) => name)).not.toContain(cluster);
  });
});

describe('a bad event', () => {
  const good = revision('7');
  const bad = (change: Record<string, unknown>) => ({ ...revision('8'), ...change });
  const status = (change: Record<string, unknown>) =>
    bad({ containerStatuses: [{ ...aStatus({}), ...change }] });

  it.each<[string, unknown, string]>([
    [
      'of an unknown source',
      bad({ source: 'podman' }),
      'source: must be one of "pod", "event", "docker", "cri", "log", "agent"',
    ],
    ['without a source', bad({ source: undefined }), 'source: is missing'],
    ['without a field that it needs', bad({ resourceVersion: undefined }), 'resourceVersion: is missing'],
    [
      'with a field of the wrong type',
      status({ restartCount: '3' }),
      'containerStatuses.0.restartCount: must be a number',
    ],
    [
      'with a broken number',
      status({ restartCount: 1.5 }),
      'containerStatuses.0.restartCount: must be a whole number',
    ],
    [
      'with a negative count',
      status({ restartCount: -1 }),
      'containerStatuses.0.restartCount: must be at least 0',
    ],
    [
      'with an image that is too long',
      status({ image: 'i'.repeat(1025) }),
      'containerStatuses.0.image: must be at most 1024 characters',
    ],
    ['with a field that is not known', status({ env: [] }), 'containerStatuses.0: unknown field "env"'],
    [
      'with a value that is not one of the allowed',
      bad({ type: 'GONE' }),
      'type: must be one of "ADDED", "MODIFIED", "DELETED", "LISTED", "VANISHED"',
    ],
    [
      'with a time that is none',
      bad({ occurredAt: 'yesterday' }),
      'occurredAt: must be an RFC 3339 time in UTC, such as 2026-01-31T08:15:00.123Z',
    ],
    [
      'with a label of 1 MB',
      bad({ metadata: { labels: { app: 'x'.repeat(1024 * 1024) } } }),
      'metadata.labels.app: must be at most 253 characters',
    ],
    [
      'that is too large although none of its fields is',
      bad({
        containerStatuses: Array.from({ length: 200 }, () => aStatus({ image: 'i'.repeat(1000) })),
      }),
      `is more than ${LIMITS.eventBytes} bytes (eventBytes)`,
    ],
    [
      'with a label that is somewhat too long',
      bad({ metadata: { labels: { app: 'x'.repeat(254) } } }),
      'metadata.labels.app: must be at most 253 characters',
    ],
    [
      'whose id does not follow from it',
      { ...revision('8'), id: 'mine' },
      `id: does not follow from the content; it must be "pod/${POD.uid}/8"`,
    ],
    ['that is no object', [1], 'must be an object'],
    ['that is null', null, 'must be an object'],
    [
      'with two faults',
      bad({ type: 'GONE', occurredAt: 5 }),
      'type: must be one of "ADDED", "MODIFIED", "DELETED", "LISTED", "VANISHED" (and 1 more)',
    ],
  ])('%s is rejected by its field, and the good ones are kept', async (_, event, reason) => {
    for (const [body, headers] of [
      [ndjson([event, good]), { 'content-type': 'application/x-ndjson' }],
      [JSON.stringify({ events: [event, good] }), JSON_TYPE],
    ] as const) {
      const cluster = freshCluster();
      const answer = await api.post(cluster, body, headers);
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ index: 0, reason }] });
      expect(await api.store.podEvents(cluster, POD.uid)).toEqual([good]);
    }
  });

  it('that is not JSON is rejected by its line, and the good ones are kept', async () => {
    const cluster = freshCluster();
    const lines = [JSON.stringify(good), '{"id":"x",}', '', 'nonsense', '{"cut":'];
    const answer = await api.post(cluster, lines.join('\n'));
    expect(answer.json).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: [
        { index: 1, id: null, reason: 'is not valid JSON (position 11 of its line)' },
        { index: 2, id: null, reason: 'is not valid JSON (position 1 of its line)' },
        { index: 3, id: null, reason: 'is not valid JSON (position 8 of its line)' },
      ],
    });
  });

  it('that nests too deep is rejected before it is parsed', async () => {
    const deep = `{"id":"deep","source":${'['.repeat(17)}${']'.repeat(17)}}`;
    const answer = await api.post(freshCluster(), `${deep}\n${JSON.stringify(good)}`);
    expect(answer.json).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, reason: 'nests deeper than 16 levels (eventDepth)' }],
    });
  });

  it('is named by the id that it has', async () => {
    const answer = await api.post(freshCluster(), ndjson([bad({ type: 'GONE' }), bad({ id: 5 })]));
    expect(answer.json.rejected.map(({ id }: { id: unknown }) => id)).toEqual([`pod/${POD.uid}/8`, null]);
  });
});

describe('a body that cannot be read', () => {
  const refused = async (body: string | Uint8Array, headers: Record<string, string>) => {
    const answer = await api.post(freshCluster(), body, headers);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      status: answer.status,
      requestId: answer.headers.get('x-request-id'),
    });
    return answer;
  };
  const typeOf = ({ json }: { json: { type: string } }) =>
    json.type.replace('https://podlapse.dev/problems/', '');

  it.each([
    ['{"events": [1,\n  tru]}', 2, 3],
    ['{"events": [{"id": "a}]}', 1, 25],
    ['', 1, 1],
    ['{"events": []} x', 1, 16],
  ])('names the line and the position: %j', async (body, line, position) => {
    const answer = await refused(body, JSON_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      detail: `The body is not valid JSON (line ${line}, position ${position}).`,
      line,
      position,
    });
  });

  it.each([
    ['[]', 'has no "events" that is an array'],
    ['{"events": {}}', 'has no "events" that is an array'],
    ['{"events": [], "cluster": "x"}', 'has the unknown field "cluster" beside "events"'],
  ])('is told what an envelope is: %s', async (body, what) => {
    const answer = await refused(body, JSON_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain(what);
  });

  it('because it is too large is refused by its announced length', async () => {
    const answer = await refused('x'.repeat(7 * 1024 * 1024), JSON_TYPE);
    expect([answer.status, typeOf(answer)]).toEqual([413, 'body-too-large']);
    expect(answer.json).toMatchObject({ limit: 'bodyBytes', limitBytes: LIMITS.bodyBytes });
  });

  it('because it is too large and comes in pieces is not read to its end', async () => {
    let pieces = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pieces += 1;
        controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      },
    });
    const response = await api.request('/v1/clusters/lab/events', {
      method: 'POST',
      headers: JSON_TYPE,
      body: endless,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(pieces).toBeLessThan(LIMITS.bodyBytes / (64 * 1024) + 5);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('because it is a %s bomb is refused with the limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024, 32));
    const answer = await refused(bomb, { ...JSON_TYPE, 'content-encoding': encoding });
    expect([answer.status, typeOf(answer)]).toEqual([413, 'inflated-body-too-large']);
    expect(answer.json).toMatchObject({ limit: 'inflatedBodyBytes', limitBytes: LIMITS.inflatedBodyBytes });
  });

  it('because its zstd asks for more memory than any batch needs', async () => {
    const window = { params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 } };
    const announced = zstdCompressSync(Buffer.alloc(1024 * 1024, 32), window);
    const answer = await refused(announced, { ...JSON_TYPE, 'content-encoding': 'zstd' });
    expect([answer.status, typeOf(answer)]).toEqual([400, 'malformed-body']);
  });

  it('because it is not what its encoding says', async () => {
    const answer = await refused('plain', { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain('not valid gzip');
    const cut = await refused(gzipSync(ndjson([revision('1')])).subarray(0, 40), {
      'content-encoding': 'gzip',
    });
    expect(cut.status).toBe(400);
  });

  it('because its encoding or its type is not known', async () => {
    const encoding = await refused('x', { ...JSON_TYPE, 'content-encoding': 'br' });
    expect([encoding.status, typeOf(encoding)]).toEqual([415, 'unsupported-content-encoding']);
    expect(encoding.headers.get('accept-encoding')).toBe('gzip, zstd');
    const type = await refused('x', { 'content-type': 'text/csv' });
    expect([type.status, typeOf(type)]).toEqual([415, 'unsupported-content-type']);
  });

  it('because it is not UTF-8', async () => {
    const answer = await refused(Uint8Array.of(0x7b, 0xff, 0x7d), JSON_TYPE);
    expect(answer.json.detail).toBe('The body is not valid UTF-8.');
  });

  it('because it nests as deep as it is long', async () => {
    const answer = await refused('['.repeat(4_000_000), JSON_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain('eventDepth');
  });

  it('because it holds too many events', async () => {
    const answer = await refused('{}\n'.repeat(LIMITS.eventsPerBatch + 1), {
      'content-type': 'application/x-ndjson',
    });
    expect([answer.status, typeOf(answer)]).toEqual([413, 'too-many-events']);
    expect(answer.json).toMatchObject({ limit: 'eventsPerBatch' });
  });

  it.each(['Lab', 'lab_1', '-lab', 'a'.repeat(64), 'lab%20', '%00'])(
    'because its cluster is named %s',
    async (name) => {
      const answer = await api.post(name, ndjson([revision('1')]));
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({
        type: 'https://podlapse.dev/problems/invalid-parameter',
        parameter: 'cluster',
      });
    },
  );
});
