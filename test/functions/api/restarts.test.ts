import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../functions/api/access.ts';
import { restartRecord } from '../../../timeline/contract/report.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { POD } from '../../support/recorded-events.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');

let api: TestApi;
let principal: Principal = { kind: 'local' };
beforeAll(async () => {
  api = await startTestApi({ authorise: () => principal });
  for (const cluster of ['lab', 'shop']) await api.post(cluster, ndjson(events));
});
afterAll(() => api.close());

describe('the list of restarts', () => {
  it('tells each restart with where it was, and links its timeline', async () => {
    const answer = await api.get('/v1/restarts?cluster=lab');
    expect(answer.status).toBe(200);
    expect(answer.json.items.map(({ cause }: { cause: string }) => cause)).toEqual([
      'exited',
      'removed-externally',
    ]);
    const [{ timeline, ...newest }] = answer.json.items;
    expect(restartRecord.safeParse(newest).error).toBeUndefined();
    expect(newest).toMatchObject({
      cluster: 'lab',
      namespace: POD.namespace,
      workload: { kind: 'Pod', name: POD.name },
      pod: { name: POD.name, uid: POD.uid },
      node: POD.node,
      container: 'web',
      counted: true,
    });
    expect(timeline).toBe(`/v1/clusters/lab/pods/${POD.uid}/timeline`);
    expect((await api.get(timeline)).status).toBe(200);
  });

  it('is paged, with a link to the next page', async () => {
    const times: string[] = [];
    let path: string | null = '/v1/restarts?limit=3&counted=true&from=2026-03-01T00:00:00Z';
    for (let pages = 0; path !== null && pages < 5; pages += 1) {
      const answer: Answer = await api.get(path);
      expect(answer.headers.get('link')).toBe(
        answer.json.next === null ? null : `<${answer.json.next}>; rel="next"`,
      );
      times.push(
        ...answer.json.items.map(({ at, cluster }: { at: string; cluster: string }) => at + cluster),
      );
      path = answer.json.next;
    }
    expect(times).toHaveLength(2);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('shows a reader of some clusters those alone, and does not say whether there are others', async () => {
    principal = { kind: 'reader', clusters: new Set(['lab']) };
    try {
      const mine = await api.get('/v1/restarts');
      expect(new Set(mine.json.items.map(({ cluster }: { cluster: string }) => cluster))).toEqual(
        new Set(['lab']),
      );
      for (const cluster of ['shop', 'nowhere']) {
        const other = await api.get(`/v1/restarts?cluster=${cluster}`);
        expect([other.status, problem(other)]).toEqual([404, 'cluster-not-found']);
      }
    } finally {
      principal = { kind: 'local' };
    }
  });

  it('is not for agents', async () => {
    principal = { kind: 'agent', cluster: 'lab' };
    try {
      const answer = await api.get('/v1/restarts?cluster=lab');
      expect([answer.status, problem(answer)]).toEqual([403, 'forbidden']);
    } finally {
      principal = { kind: 'local' };
    }
  });

  it.each([
    ['?cause=hiccup', 'invalid-parameter', 'cause'],
    ['?counted=maybe', 'invalid-parameter', 'counted'],
    ['?workload=web', 'invalid-parameter', 'workload'],
    ['?from=yesterday', 'invalid-parameter', 'from'],
    ['?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z', 'invalid-parameter', 'to'],
    ['?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'span-too-long', 'from'],
    ['?from=1970-01-01T00:00:00Z', 'span-too-long', 'from'],
    ['?cursor=nonsense', 'invalid-cursor', 'cursor'],
    ['?case=exited', 'invalid-parameter', 'case'],
  ])('refuses %s and says what is wrong', async (query, code, parameter) => {
    const answer = await api.get(`/v1/restarts${query}`);
    expect([answer.status, problem(answer), answer.json.parameter]).toEqual([400, code, parameter]);
  });

  it('names the longest stretch when a longer one is asked for', async () => {
    const answer = await api.get('/v1/restarts?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z');
    expect(answer.json.limitDays).toBe(366);
    expect(answer.json.detail).toContain('366 days');
  });
});
