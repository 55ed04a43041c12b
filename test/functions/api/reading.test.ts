import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreBusyError } from '../../../functions/store/errors.ts';
import { timeline } from '../../../timeline/contract/timeline.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { aLog, aPodRevision, aStatement, POD } from '../../support/recorded-events.ts';

const { events, truth } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const byUid = `/v1/clusters/lab/pods/${POD.uid}`;
const byName = `/v1/clusters/lab/namespaces/${POD.namespace}/pods/${POD.name}/timeline`;
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.post('lab', ndjson(events));
  const earlier = ['07', '08'].map((hour) =>
    aPodRevision({
      pod: { ...POD, uid: `earlier-${hour}` },
      occurredAt: `2026-03-01T${hour}:30:00Z`,
      resourceVersion: hour,
      type: 'DELETED',
      metadata: { createdAt: `2026-03-01T${hour}:00:00Z`, deletionTimestamp: `2026-03-01T${hour}:30:00Z` },
    }),
  );
  await api.post('lab', ndjson(earlier));
});
afterAll(() => api.close());

describe('a timeline', () => {
  it('is the account of the pod, in the form of the contract', async () => {
    const answer = await api.get(`${byUid}/timeline`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(timeline.safeParse(answer.json).error).toBeUndefined();
    expect(answer.json.restarts.map(({ cause }: { cause: string }) => cause)).toEqual(
      truth.restarts.map(({ cause }) => cause),
    );
    expect(answer.json.summary).toMatchObject({ restarts: 2, uncounted: 1 });
  });

  it('has what a run wrote last with the restart that came of it, whatever the format', async () => {
    const [restart] = (await api.get(`${byUid}/timeline`)).json.restarts;
    const cluster = 'with-log';
    const log = aLog({
      containerId: restart.from,
      lines: ['starting', 'panic: token=[redacted]'],
      redacted: 1,
    });
    const posted = await api.post(cluster, ndjson([...events, log, log]));
    expect(posted.json).toMatchObject({ accepted: events.length + 1, rejected: [] });

    const path = `/v1/clusters/${cluster}/pods/${POD.uid}/timeline`;
    const told = await api.get(path);
    expect(timeline.safeParse(told.json).error).toBeUndefined();
    expect(told.json.restarts.map(({ log: one }: { log?: unknown }) => one)).toEqual([
      { lines: log.lines, truncated: false, redacted: 1 },
      undefined,
    ]);
    expect((await api.get(`${path}?format=text`)).text).toContain('   | panic: token=[redacted]\n');

    const { kind, name } = told.json.pod.workload;
    const account = await api.get(
      `/v1/clusters/${cluster}/namespaces/${POD.namespace}/workloads/${kind}/${name}/timeline`,
    );
    expect(account.json.restarts).toHaveLength(2);
    expect(JSON.stringify(account.json)).not.toContain('panic');
  });

  it('knows of the watching of the pod’s node', async () => {
    const gap = { watched: 'docker', from: '2026-03-01T10:00:30Z', to: '2026-03-01T10:00:50Z' } as const;
    const agent = { instance: 'node-agent', node: POD.node!, role: 'node' } as const;
    const cluster = 'with-gap';
    await api.post(cluster, ndjson(events.filter(({ source }) => source !== 'agent')));
    await api.post(
      cluster,
      ndjson([
        aStatement({
          type: 'recording-began',
          watched: 'docker',
          sequence: 0,
          agent,
          to: '2026-03-01T09:00:00Z',
        }),
        aStatement({ type: 'gap-closed', sequence: 1, agent, reason: 'restart', ...gap }),
      ]),
    );
    const answer = await api.get(`/v1/clusters/${cluster}/pods/${POD.uid}/timeline`);
    expect(answer.json.gaps).toContainEqual({
      source: 'docker',
      from: gap.from,
      to: gap.to,
      reason: 'restart',
    });
    expect(answer.json.summary.complete).toBe(false);
  });

  it.each([
    ['?format=text', {}, 'text/plain; charset=utf-8'],
    ['?format=svg', {}, 'image/svg+xml'],
    ['?format=json', { accept: 'image/svg+xml' }, 'application/json'],
    ['', { accept: 'text/plain' }, 'text/plain; charset=utf-8'],
    ['', { accept: 'image/*' }, 'image/svg+xml'],
    ['', { accept: 'text/html, application/json;q=0.5, image/svg+xml;q=0.9' }, 'image/svg+xml'],
    ['', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, 'application/json'],
    ['', { accept: 'application/json;q=0, */*' }, 'text/plain; charset=utf-8'],
  ])('is given as wanted: %s %o', async (query, headers, contentType) => {
    const answer = await api.get(`${byUid}/timeline${query}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(answer.headers.get('vary')).toMatch(/^Accept, /);
    expect(answer.text).toContain('removed-externally');
  });

  it('as a picture may run nothing', async () => {
    const answer = await api.get(`${byUid}/timeline?format=svg`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('is refused in a format that there is none of', async () => {
    const accept = await api.get(`${byUid}/timeline`, { accept: 'application/pdf' });
    expect([accept.status, problem(accept)]).toEqual([406, 'not-acceptable']);
    const format = await api.get(`${byUid}/timeline?format=pdf`);
    expect([format.status, problem(format), format.json.parameter]).toEqual([
      400,
      'invalid-parameter',
      'format',
    ]);
    expect(format.json.detail).toBe('The parameter "format" must be one of "json", "text", "svg".');
  });

  it('of a pod that was never heard of is not found', async () => {
    for (const path of ['/v1/clusters/lab/pods/nobody', '/v1/clusters/nowhere/pods/nobody']) {
      for (const what of ['timeline', 'events']) {
        const answer = await api.get(`${path}/${what}`);
        expect([answer.status, problem(answer)]).toEqual([404, 'pod-not-found']);
      }
    }
  });
});

describe('a timeline by name', () => {
  it('is that of the latest pod, and links the earlier ones, newest first', async () => {
    const answer = await api.get(byName);
    expect(answer.json.pod.uid).toBe(POD.uid);
    expect(answer.json.previous).toEqual([
      { uid: 'earlier-08', href: '/v1/clusters/lab/pods/earlier-08/timeline' },
      { uid: 'earlier-07', href: '/v1/clusters/lab/pods/earlier-07/timeline' },
    ]);
    expect(timeline.safeParse(answer.json).error).toBeUndefined();
    expect((await api.get(answer.json.previous[0].href)).json.pod.uid).toBe('earlier-08');
  });

  it.each([
    ['2026-03-01T08:10:00Z', 'earlier-08'],
    ['2026-03-01T08:30:00Z', 'earlier-08'],
    ['2026-03-01T07:00:00Z', 'earlier-07'],
    ['2026-03-01T23:00:00Z', POD.uid],
  ])('at %s is that of the pod that lived then', async (at, uid) => {
    expect((await api.get(`${byName}?at=${at}`)).json.pod.uid).toBe(uid);
  });

  it('at a time when none lived is not found', async () => {
    const answer = await api.get(`${byName}?at=2026-03-01T07:45:00Z`);
    expect([answer.status, problem(answer)]).toEqual([404, 'pod-not-found']);
    expect(answer.json.detail).toContain('that lived at 2026-03-01T07:45:00Z');
  });

  it('at what is no time is refused', async () => {
    const answer = await api.get(`${byName}?at=noon`);
    expect([answer.status, answer.json.parameter]).toEqual([400, 'at']);
  });
});

describe('lists', () => {
  it('of events give all of them in order, page by page', async () => {
    const seen: unknown[] = [];
    let next: string | null = `${byUid}/events?limit=7`;
    let pages = 0;
    while (next !== null) {
      const answer: Answer = await api.get(next);
      expect(answer.json.items.length).toBeLessThanOrEqual(7);
      seen.push(...answer.json.items);
      next = answer.json.next;
      expect(answer.headers.get('link')).toBe(next === null ? null : `<${next}>; rel="next"`);
      pages += 1;
    }
    expect(seen).toEqual(await api.store.podEvents('lab', POD.uid));
    expect(pages).toBe(Math.ceil(seen.length / 7));
  });

  it('of pods carry summaries, links and the filters on to the next page', async () => {
    const first = await api.get(`/v1/clusters/lab/pods?namespace=${POD.namespace}&limit=2`);
    expect(first.json.items.map(({ pod }: { pod: { uid: string } }) => pod.uid)).toEqual([
      'earlier-07',
      'earlier-08',
    ]);
    expect(first.json.next).toContain(`namespace=${POD.namespace}&limit=2&cursor=`);
    const second = await api.get(first.json.next);
    expect(second.json).toMatchObject({ next: null, cursor: null });
    expect(second.json.items).toMatchObject([
      { pod: { uid: POD.uid }, summary: { restarts: 2, uncounted: 1 }, timeline: `${byUid}/timeline` },
    ]);
    const restarted = await api.get('/v1/clusters/lab/pods?restarted=true');
    expect(restarted.json.items).toHaveLength(1);
  });

  it('of clusters tell when each was heard of', async () => {
    const answer = await api.get('/v1/clusters?limit=1');
    expect(answer.json.items).toEqual([
      {
        name: 'lab',
        firstHeardAt: '2026-03-01T12:00:00.000Z',
        lastHeardAt: '2026-03-01T12:00:00.000Z',
        agents: [
          {
            instance: 'agent-1',
            role: 'all',
            node: null,
            version: null,
            watching: ['docker', 'event', 'pod'],
            statedAt: expect.any(String),
          },
        ],
        openGaps: [],
      },
    ]);
  });

  it.each([
    ['/v1/clusters/lab/pods?limit=0', 'limit'],
    ['/v1/clusters/lab/pods?limit=1001', 'limit'],
    ['/v1/clusters/lab/pods?limit=ten', 'limit'],
    ['/v1/clusters/lab/pods?restart=true', 'restart'],
    ['/v1/clusters/lab/pods?restarted=yes', 'restarted'],
    ['/v1/clusters/lab/pods?workload=web', 'workload'],
    ['/v1/clusters/lab/pods?since=1d', 'since'],
    ['/v1/clusters/lab/pods?name=a&name=b', 'name'],
    ['/v1/clusters/LAB/pods', 'cluster'],
    ['/v1/clusters?namespace=x', 'namespace'],
    [`${byUid}/events?cursor=`, 'cursor'],
    [`${byUid}/events?cursor=abc`, 'cursor'],
    ['/v1/clusters/lab/pods?cursor=abc', 'cursor'],
    ['/v1/clusters?cursor=abc', 'cursor'],
  ])('refuse %s by the parameter’s name', async (path, parameter) => {
    const answer = await api.get(path);
    expect([answer.status, answer.json.parameter]).toEqual([400, parameter]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('the rest', () => {
  it('says that it lives, and that the store does', async () => {
    expect((await api.get('/healthz')).json).toEqual({ status: 'ok' });
    expect((await api.get('/readyz')).json).toEqual({ status: 'ready' });
  });

  it('is not ready when the store does not answer', async () => {
    const broken = await startTestApi({
      wrap: (store) => ({ ...store, ping: () => Promise.reject(new Error('gone')) }),
    });
    try {
      const answer = await broken.get('/readyz');
      expect([answer.status, problem(answer)]).toEqual([503, 'store-unreachable']);
    } finally {
      await broken.close();
    }
  });

  it('answers an unknown path and a wrong method with a problem', async () => {
    const path = await api.get('/v2/clusters');
    expect([path.status, problem(path)]).toEqual([404, 'not-found']);
    const method = await api.request('/v1/clusters', { method: 'DELETE' });
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const ingest = await api.request('/v1/clusters/lab/events');
    expect([ingest.status, ingest.headers.get('allow')]).toEqual([405, 'POST']);
    const head = await api.request('/healthz', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('puts the security headers on every answer, refusals too', async () => {
    for (const path of ['/v1/clusters', '/nowhere', '/v1/clusters/LAB/pods', '/', '/openapi.json']) {
      const { headers } = await api.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-request-id')).toMatch(/^request-\d+$/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('asks to come again later when the store is busy', async () => {
    const busy = await startTestApi({
      wrap: (store) => ({ ...store, putEvents: () => Promise.reject(new StoreBusyError(1_500)) }),
    });
    try {
      const answer = await busy.post('lab', ndjson(events));
      expect([answer.status, problem(answer), answer.headers.get('retry-after')]).toEqual([
        503,
        'store-busy',
        '2',
      ]);
    } finally {
      await busy.close();
    }
  });

  it('gives nothing of its inside away when something breaks, and tells the log', async () => {
    const broken = await startTestApi({
      wrap: (store) => ({ ...store, clusters: () => Promise.reject(new Error('secret-table-name')) }),
    });
    try {
      const answer = await broken.get('/v1/clusters');
      expect([answer.status, problem(answer)]).toEqual([500, 'internal']);
      expect(answer.text).not.toContain('secret');
      expect(broken.logged).toMatchObject([
        { level: 'error', requestId: answer.json.requestId, error: { message: 'secret-table-name' } },
      ]);
    } finally {
      await broken.close();
    }
  });
});
