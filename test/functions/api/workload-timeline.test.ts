import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workloadTimeline } from '../../../timeline/contract/workload-timeline.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { watchedFrom } from '../../support/recorded-events.ts';
import { aNodeEvent, aReplica, tellPod, uidOf } from '../../support/workload-history.ts';

const pods = [
  aReplica('web', 'aaa', {
    name: 'web-aaa-x1',
    born: '10:00:00',
    starts: '10:00:02',
    restarts: ['10:05:00'],
    leaves: '10:30:00',
    ends: '10:30:01',
    gone: '10:30:02',
    disruption: 'EvictionByEvictionAPI',
    node: 'node1',
  }),
  aReplica('web', 'aaa', { name: 'web-aaa-x2', born: '10:30:00.1', starts: '10:30:05', node: 'node2' }),
];
const neighbours = [
  aReplica('web-admin', 'aaa', { name: 'web-admin-aaa-x3', born: '10:00:00', starts: '10:00:02' }),
  {
    name: 'web-0',
    born: '10:00:00',
    starts: '10:00:02',
    owner: { kind: 'StatefulSet', name: 'web', uid: 'sts' },
  },
];
const pathOf = (kind: string, name: string, cluster = 'lab') =>
  `/v1/clusters/${cluster}/namespaces/shop/workloads/${kind}/${name}/timeline`;
const path = pathOf('Deployment', 'web');
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const events = [
    ...watchedFrom('2026-02-28T00:00:00.000Z'),
    ...[...pods, ...neighbours].flatMap(tellPod),
    aNodeEvent('node1', 'NodeNotSchedulable', '10:29:55'),
  ];
  await api.post('lab', ndjson(events));
});
afterAll(() => api.close());

describe('the timeline of a workload', () => {
  it('is the account of its pods and of no other’s, and links their own timelines', async () => {
    const answer = await api.get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(workloadTimeline.safeParse(answer.json).error?.issues).toBeUndefined();
    expect(answer.json.pods.map(({ href }: { href: string }) => href)).toEqual(
      pods.map((pod) => `/v1/clusters/lab/pods/${uidOf(pod)}/timeline`),
    );
    expect(answer.json.summary).toMatchObject({ pods: 2, living: 1, total: 2, restarts: 1, replacements: 1 });
    expect((await api.get(answer.json.pods[0].href)).json.summary.restarts).toBe(1);
  });

  it('knows of what happened to each pod’s node', async () => {
    const { json } = await api.get(path);
    expect(json.replacements).toMatchObject([
      { cause: 'drained', from: uidOf(pods[0]!), to: uidOf(pods[1]!) },
    ]);
  });

  it('shows what only its pods together show: a restart after each deploy', async () => {
    const deployed = ['aaa', 'bbb', 'ccc'].map((revision, index) =>
      aReplica('late', revision, {
        name: `late-${revision}-x${index}`,
        born: `1${index}:00:00`,
        starts: `1${index}:00:02`,
        restarts: [`1${index}:01:00`],
        ...(index === 2
          ? {}
          : { leaves: `1${index + 1}:00:10`, ends: `1${index + 1}:00:11`, gone: `1${index + 1}:00:12` }),
      }),
    );
    await api.post('lab', ndjson(deployed.flatMap(tellPod)));
    const late = pathOf('Deployment', 'late');
    expect((await api.get(late)).json.patterns).toMatchObject([
      { kind: 'restart-after-deploy', count: 3, restarts: [0, 1, 2] },
    ]);
    expect((await api.get(`${late}?format=text`)).text).toContain('After each of 3 deploys');
  });

  it.each([
    ['?format=text', {}, 'text/plain; charset=utf-8'],
    ['?format=svg', {}, 'image/svg+xml'],
    ['', { accept: 'text/plain' }, 'text/plain; charset=utf-8'],
    ['', { accept: 'image/*' }, 'image/svg+xml'],
  ])('is given as wanted: %s %o', async (query, headers, contentType) => {
    const answer = await api.get(`${path}${query}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(answer.headers.get('vary')?.split(', ')).toContain('Accept');
    expect(answer.text).toContain('drained');
  });

  it('as a picture may run nothing', async () => {
    const answer = await api.get(`${path}?format=svg`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is told apart by kind from that of another workload of the same name', async () => {
    const answer = await api.get(pathOf('StatefulSet', 'web'));
    expect(answer.json.pods.map(({ pod }: { pod: { name: string } }) => pod.name)).toEqual(['web-0']);
  });

  it.each([
    [pathOf('deployment', 'web')],
    [pathOf('Deployment', 'shop')],
    [pathOf('Deployment', 'web', 'elsewhere')],
    [pathOf('Pod', 'web-aaa-x1')],
  ])('of which nothing is recorded is not found: %s', async (nowhere) => {
    const answer = await api.get(nowhere);
    expect([answer.status, problem(answer)]).toEqual([404, 'workload-not-found']);
    expect(answer.json.detail).toContain('spelled as in Kubernetes');
  });

  it('refuses what it does not know, by name', async () => {
    const answer = await api.get(`${path}?at=2026-03-01T10:00:00Z`);
    expect([answer.status, answer.json.parameter]).toEqual([400, 'at']);
    const format = await api.get(`${path}?format=pdf`);
    expect([format.status, format.json.parameter]).toEqual([400, 'format']);
  });

  it('of more pods than an answer holds is that of the newest, and says how many are left out', async () => {
    const many = Array.from({ length: 205 }, (_, index) =>
      aReplica('big', 'aaa', {
        name: `big-aaa-${String((index * 7919) % 205).padStart(3, '0')}`,
        born: `11:${String(Math.floor(index / 60)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}`,
      }),
    );
    await api.post('lab', ndjson(many.flatMap(tellPod)));
    const { json } = await api.get(pathOf('Deployment', 'big'));
    expect(json.leftOut).toEqual({ pods: 5, morePods: false, restarts: 0 });
    expect(json.summary).toMatchObject({ pods: 200, complete: false });
    expect(json.pods.map(({ pod }: { pod: { name: string } }) => pod.name)).toEqual(
      many.slice(5).map(({ name }) => name),
    );
    expect((await api.get(`${pathOf('Deployment', 'big')}?format=text`)).text).toContain('the 5 oldest pods');
  });
});
