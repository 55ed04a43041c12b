import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createChanges } from '../../../functions/api/changes.ts';
import { serveLocally } from '../../../functions/local/server.ts';
import { ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { aPodRevision, aStatement, POD } from '../../support/recorded-events.ts';
import { until } from '../../support/until.ts';

const LIVE = `/v1/clusters/lab/pods/${POD.uid}/live`;
const OTHER = { ...POD, name: 'web-1', uid: 'another' };

let revision = 0;
const aRevision = (pod = POD) =>
  aPodRevision({ pod, occurredAt: '2026-03-01T10:00:00Z', resourceVersion: String((revision += 1)) });

describe('following a pod', () => {
  const changes = createChanges({ maxFollowers: 2 });
  let api: TestApi;
  const readers: ReadableStreamDefaultReader<string>[] = [];
  beforeAll(async () => {
    api = await startTestApi({ changes });
    await api.post('lab', ndjson([aRevision(), aRevision(OTHER)]));
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) await reader.cancel();
  });
  afterAll(() => api.close());

  const follow = async () => {
    const response = await api.request(LIVE);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    readers.push(reader);
    const next = async () => (await reader.read()).value?.split('\n')[0];
    expect(await next()).toBe('event: following');
    return { reader, next };
  };

  it('tells of what is recorded of it, once it can be read', async () => {
    const { next } = await follow();
    await api.post('lab', ndjson([aRevision()]));
    expect(await next()).toBe('event: changed');
  });

  it('tells of what bears on every pod of the cluster, such as a gap', async () => {
    const { next } = await follow();
    await api.post(
      'lab',
      ndjson([
        aStatement({ type: 'recording-began', watched: 'pod', to: '2026-03-01T10:00:00Z', sequence: 0 }),
      ]),
    );
    expect(await next()).toBe('event: changed');
  });

  it('tells nothing of other pods, other clusters and repetitions', async () => {
    const { next } = await follow();
    const known = aRevision();
    await api.post('lab', ndjson([known]));
    expect(await next()).toBe('event: changed');
    await api.post('lab', ndjson([known, aRevision(OTHER)]));
    await api.post('prod', ndjson([aRevision()]));
    const asked = next();
    changes.close();
    expect(await asked).toBeUndefined();
  });

  it('tells of many batches in quick succession at most twice a second, and of the last of them', async () => {
    const { next } = await follow();
    const began = performance.now();
    for (let batch = 0; batch < 5; batch += 1) await api.post('lab', ndjson([aRevision()]));
    expect([await next(), await next()]).toEqual(['event: changed', 'event: changed']);
    expect(performance.now() - began).toBeGreaterThan(450);
  });

  it('is for so many at once; who leaves makes room', async () => {
    await follow();
    const { reader } = await follow();
    const third = await api.get(LIVE);
    expect([third.status, third.json.type]).toEqual([503, 'https://podlapse.dev/problems/store-busy']);
    await reader.cancel();
    await follow();
  });

  it('holds no room for a HEAD', async () => {
    for (let request = 0; request < 3; request += 1) {
      expect((await api.request(LIVE, { method: 'HEAD' })).status).toBe(200);
    }
    await follow();
  });

  it('is not offered of a pod of which nothing is recorded', async () => {
    const { status, json } = await api.get('/v1/clusters/lab/pods/none/live');
    expect([status, json.type]).toEqual([404, 'https://podlapse.dev/problems/pod-not-found']);
  });
});

describe('following over a socket', () => {
  it('ends when the reader goes away, and for all when the server stops', async () => {
    const changes = createChanges({ maxFollowers: 1 });
    const api = await startTestApi({ changes });
    await api.post('lab', ndjson([aRevision()]));
    const server = await serveLocally({ fetch: (request) => api.request(request.url, request) }, 0);
    const abort = new AbortController();
    await fetch(server.url + LIVE, { signal: abort.signal });
    expect((await fetch(server.url + LIVE)).status).toBe(503);
    abort.abort();
    const second = await until('there is room again', async () => {
      const response = await fetch(server.url + LIVE);
      return response.status === 200 && response;
    });
    changes.close();
    expect(await second.text()).toBe('event: following\ndata: {}\n\n');
    await server.close(1_000);
    await api.close();
  });
});

describe('an API that no one process writes to', () => {
  it('offers no following, and says what to do instead', async () => {
    const api = await startTestApi();
    await api.post('lab', ndjson([aRevision()]));
    const { status, json } = await api.get(LIVE);
    expect([status, json.type]).toEqual([404, 'https://podlapse.dev/problems/live-not-offered']);
    expect(json.detail).toContain('If-None-Match');
    await api.close();
  });
});
