import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { incident, nodeRestart } from '../../../timeline/contract/incident.ts';
import { gap, timeline } from '../../../timeline/contract/timeline.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { asPod } from '../../support/many-pods.ts';
import { tellHistory } from '../../support/pod-history.ts';
import { aKubernetesEvent, POD } from '../../support/recorded-events.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
/** Thirty pods made a second after one another, that were all killed at about the same moment. */
const killed = Array.from({ length: 30 }, (_, number) =>
  asPod(
    number,
    tellHistory(
      [{ kind: 'docker-kill', ranMs: 120_000 - number * 980, downMs: 1_000 }],
      START + number * 1_000,
    ).events,
  ),
).flat();
const crashing = asPod(
  99,
  tellHistory(
    [5_000, 5_000, 5_000].map((ranMs) => ({ kind: 'exit-1', ranMs, downMs: 500 })),
    START,
  ).events,
);
const path = '/v1/clusters/lab/nodes/node1/timeline';
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');
const answerSchema = z.strictObject({
  cluster: z.string(),
  node: z.string(),
  since: z.nullable(z.string()),
  pods: z.int(),
  incidents: z.array(incident),
  restarts: z.array(nodeRestart),
  gaps: z.array(gap),
  leftOut: z.strictObject({ incidents: z.int(), restarts: z.int() }),
  cursor: z.nullable(z.string()),
  next: z.nullable(z.string()),
});

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.post('lab', ndjson(killed));
  await api.post('lab', ndjson(crashing));
  await api.post(
    'lab',
    ndjson([aKubernetesEvent({ node: 'empty', reason: 'Starting', occurredAt: '2026-03-01T10:00:00Z' })]),
  );
});
afterAll(() => api.close());

describe('the timeline of a node', () => {
  it('tells what befell many pods once, and the other restarts', async () => {
    const answer = await api.get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(answerSchema.safeParse(answer.json).error?.issues).toBeUndefined();
    expect(answer.json).toMatchObject({ cluster: 'lab', node: 'node1', pods: 31, next: null });
    expect(answer.json.incidents).toMatchObject([{ kind: 'mass-kill', members: { length: 30 } }]);
    expect(answer.json.restarts).toMatchObject(
      [0, 1, 2].map((index) => ({ pod: { name: 'web-0-99' }, index })),
    );
  });

  it('is given as text too, and not as a picture', async () => {
    const text = await api.get(path, { accept: 'text/plain' });
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('vary')?.split(', ')).toContain('Accept');
    expect(text.text).toContain('MASS-KILL');
    expect((await api.get(`${path}?format=text`)).text).toBe(text.text);
    const picture = await api.get(path, { accept: 'image/svg+xml' });
    expect([picture.status, problem(picture)]).toEqual([406, 'not-acceptable']);
    expect(picture.json.detail).toBe(
      'This is given as application/json, text/plain; or say ?format=json or text.',
    );
  });

  it('goes through the pods newest first, page by page, each pod once', async () => {
    let next: string | null = `${path}?limit=12`;
    const pages: { pods: number; names: string[] }[] = [];
    while (next !== null) {
      const answer: Answer = await api.get(next);
      expect(answer.status).toBe(200);
      const { pods, incidents, restarts } = answer.json;
      const names = [...incidents.flatMap(({ members }: { members: unknown[] }) => members), ...restarts].map(
        ({ pod }: { pod: { name: string } }) => pod.name,
      );
      pages.push({ pods, names: [...new Set<string>(names)] });
      next = answer.json.next;
      expect(answer.headers.get('link')).toBe(next === null ? null : `<${next}>; rel="next"`);
    }
    expect(pages.map(({ pods }) => pods)).toEqual([12, 12, 7]);
    expect([...pages[0]!.names].sort()).toEqual(
      Array.from({ length: 12 }, (_, n) => `web-0-${29 - n}`).sort(),
    );
    expect(new Set(pages.flatMap(({ names }) => names)).size).toBe(31);
  });

  it('looks on through the list of pods of a large cluster, part by part', async () => {
    const parts = await startTestApi({
      // A store whose pages hold one pod each: ten of them are sifted for one answer.
      wrap: (store) => ({
        ...store,
        pods: (cluster, query, _limit, cursor) => store.pods(cluster, query, 1, cursor),
      }),
    });
    try {
      await parts.post('lab', ndjson(killed));
      const seen: number[] = [];
      let next: string | null = `${path}?limit=7`;
      while (next !== null) {
        const answer: Answer = await parts.get(next);
        seen.push(answer.json.pods);
        next = answer.json.next;
      }
      expect(seen).toEqual([7, 3, 7, 3, 7, 3]);
    } finally {
      await parts.close();
    }
  });

  it('since a time tells nothing that was over before', async () => {
    const later = await api.get(`${path}?since=2026-03-01T10:01:00Z`);
    expect(later.json).toMatchObject({
      since: '2026-03-01T10:01:00Z',
      pods: 30,
      restarts: [],
      incidents: { length: 1 },
    });
    const never = await api.get(`${path}?since=2027-01-01T00:00:00Z`);
    expect([never.status, problem(never)]).toEqual([404, 'node-not-found']);
  });

  it('of a node without pods, of which something was heard, is empty', async () => {
    expect((await api.get(path.replace('node1', 'empty'))).json).toMatchObject({
      pods: 0,
      incidents: [],
      restarts: [],
    });
  });

  it('of a node that was never heard of is not found', async () => {
    for (const other of [path.replace('node1', 'nowhere'), path.replace('lab', 'nowhere')]) {
      const answer = await api.get(other);
      expect([answer.status, problem(answer)]).toEqual([404, 'node-not-found']);
    }
  });

  it.each([
    ['?format=svg', 'format'],
    ['?since=noon', 'since'],
    ['?limit=0', 'limit'],
    ['?cursor=abc', 'cursor'],
    ['?pods=1', 'pods'],
  ])('refuses %s by the parameter’s name', async (query, parameter) => {
    const answer = await api.get(path + query);
    expect([answer.status, answer.json.parameter]).toEqual([400, parameter]);
  });

  it('does not go on from the cursor of another node’s', async () => {
    const { cursor } = (await api.get(`${path}?limit=1`)).json;
    const answer = await api.get(`${path.replace('node1', 'node2')}?cursor=${cursor}`);
    expect([answer.status, problem(answer)]).toEqual([400, 'invalid-cursor']);
  });

  it('is for those who may read the cluster', async () => {
    const agents = await startTestApi({ authorise: () => ({ kind: 'agent', cluster: 'lab' }) });
    const readers = await startTestApi({
      authorise: () => ({ kind: 'reader', clusters: new Set(['other']) }),
    });
    try {
      expect(problem(await agents.get(path))).toBe('forbidden');
      expect(problem(await readers.get(path))).toBe('cluster-not-found');
    } finally {
      await Promise.all([agents.close(), readers.close()]);
    }
  });

  it('leaves out the oldest where there is too much for one answer, and says how much', async () => {
    const endless = tellHistory(
      Array.from({ length: 4_000 }, () => ({ kind: 'exit-1' as const, ranMs: 700_000, downMs: 100 })),
      START,
    ).events;
    for (let at = 0; at < endless.length; at += 5_000)
      await api.post('endless', ndjson(endless.slice(at, at + 5_000)));
    const answer = await api.get('/v1/clusters/endless/nodes/node1/timeline');
    const { restarts, leftOut } = answer.json;
    expect(leftOut.restarts).toBeGreaterThan(0);
    expect(restarts.length + leftOut.restarts).toBe(4_000);
    expect(restarts.at(-1).index).toBe(3_999);
    expect(answer.text.length).toBeLessThan(4_500_000);
    expect((await api.get('/v1/clusters/endless/nodes/node1/timeline?format=text')).text).toContain(
      'oldest restarts',
    );
  }, 60_000);
});

describe('the timeline of a pod', () => {
  it('tells its patterns, in each of its formats', async () => {
    const pod = `/v1/clusters/lab/pods/${POD.uid}-99/timeline`;
    const { json } = await api.get(pod);
    expect(timeline.safeParse(json).error?.issues).toBeUndefined();
    expect(json.patterns).toMatchObject([
      { kind: 'crash-loop', container: 'web', count: 3, restarts: [0, 1, 2] },
    ]);
    expect((await api.get(`${pod}?format=text`)).text).toContain(
      'PATTERN  crash-loop of web, 2026-03-01 10:00',
    );
    expect((await api.get(`${pod}?format=svg`)).text).toContain('crash-loop of web, 2026-03-01 10:00');
  });

  it('says so where there are none', async () => {
    expect((await api.get(`/v1/clusters/lab/pods/${POD.uid}-1/timeline`)).json.patterns).toEqual([]);
  });
});
