import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBody } from '../../../agent/sources/answer-body.ts';
import { findKubernetes } from '../../../agent/sources/find-kubernetes.ts';
import type { KubernetesClient } from '../../../agent/sources/kubernetes-api.ts';
import { createKubernetesClient } from '../../../agent/sources/kubernetes-client.ts';
import { aboutNode, anEvent, aPod } from '../builders.ts';
import { aKubernetes } from '../list-watch-rig.ts';
import { until } from '../until.ts';
import type { FakeKubernetes } from './fake-kubernetes.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly kind: string;
    readonly metadata: Record<string, unknown>;
    readonly items: readonly { metadata: { name: string } }[];
    readonly [field: string]: unknown;
  };
}

const PODS = '/api/v1/pods';

async function clientOf(kubernetes: FakeKubernetes): Promise<KubernetesClient> {
  const credentials = await findKubernetes({ kubeconfigPath: kubernetes.files.kubeconfig, environment: {} });
  if (credentials === undefined) throw new Error('no kubeconfig');
  const client = createKubernetesClient({ credentials });
  onTestFinished(() => client.close());
  return client;
}

async function get(
  client: KubernetesClient,
  path: string,
  query: Record<string, string> = {},
): Promise<Answer> {
  const answer = await client.get(path, query, new AbortController().signal);
  return { status: answer.status, body: JSON.parse(await readBody(answer, 10_000_000)) as Answer['body'] };
}

/** The frames of a watch that ends. */
async function watch(
  client: KubernetesClient,
  path: string,
  query: Record<string, string>,
): Promise<unknown[]> {
  const answer = await client.get(path, { ...query, watch: 'true' }, new AbortController().signal);
  expect(answer.status).toBe(200);
  const lines = (await readBody(answer, 10_000_000)).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

const names = ({ body }: Answer) => body.items.map(({ metadata }) => metadata.name);
const inShort = (frames: unknown[]) =>
  frames.map((frame) => {
    const { type, object } = frame as {
      type: string;
      object: { metadata: { name?: string; resourceVersion?: string } };
    };
    return [type, object.metadata.name, object.metadata.resourceVersion];
  });

describe('a list', () => {
  test('is given in pages that all show the version of the first', async () => {
    const kubernetes = await aKubernetes({ firstVersion: 100 });
    for (const name of ['c', 'a', 'b']) kubernetes.put(aPod({ name }));
    const client = await clientOf(kubernetes);
    const first = await get(client, PODS, { limit: '2' });
    kubernetes.delete('pods', 'shop', 'c');
    kubernetes.put(aPod({ name: 'd' }));
    const second = await get(client, PODS, { limit: '2', continue: String(first.body.metadata['continue']) });

    expect([names(first), names(second)]).toEqual([['a', 'b'], ['c']]);
    expect(first.body).toMatchObject({
      kind: 'PodList',
      metadata: { resourceVersion: '103', remainingItemCount: 1 },
    });
    expect(second.body.metadata).toEqual({ resourceVersion: '103' });
  });

  test('whose version was compacted between pages is refused, with a token for the rest as it is now', async () => {
    const kubernetes = await aKubernetes();
    for (const name of ['a', 'b']) kubernetes.put(aPod({ name }));
    const client = await clientOf(kubernetes);
    const first = await get(client, PODS, { limit: '1' });
    kubernetes.put(aPod({ name: 'c' }));
    kubernetes.compact({ expirePages: true });
    const expired = await get(client, PODS, {
      limit: '1',
      continue: String(first.body.metadata['continue']),
    });
    const rest = await get(client, PODS, { limit: '5', continue: String(expired.body.metadata['continue']) });

    expect([expired.status, expired.body['reason']]).toEqual([410, 'Expired']);
    expect(names(rest)).toEqual(['b', 'c']);
  });

  test('whose version was compacted between pages goes on all the same where the server keeps snapshots', async () => {
    const kubernetes = await aKubernetes();
    for (const name of ['a', 'b']) kubernetes.put(aPod({ name }));
    const client = await clientOf(kubernetes);
    const first = await get(client, PODS, { limit: '1' });
    kubernetes.put(aPod({ name: 'c' }));
    kubernetes.compact();
    const second = await get(client, PODS, {
      limit: '1',
      continue: String(first.body.metadata['continue']),
    });

    expect(second.status).toBe(200);
    expect(names(second)).toEqual(['b']);
    expect(second.body.metadata['continue']).toBeUndefined();
  });

  test('can be of one namespace, and sifted by fields', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod({ name: 'a', node: 'node1' }));
    kubernetes.put(aPod({ name: 'b', node: 'node2' }));
    kubernetes.put(aPod({ name: 'c', node: null, namespace: 'other' }));
    kubernetes.put(anEvent({ name: 'e', about: aboutNode('node1') }));
    const client = await clientOf(kubernetes);
    const select = async (fieldSelector: string, path = PODS) =>
      names(await get(client, path, { fieldSelector }));

    expect(await select('spec.nodeName=node1')).toEqual(['a']);
    expect(await select('spec.nodeName!=node1')).toEqual(['c', 'b']);
    expect(await select('spec.nodeName=')).toEqual(['c']);
    expect(await select('metadata.namespace=shop,metadata.name==b')).toEqual(['b']);
    expect(await select('', '/api/v1/namespaces/other/pods')).toEqual(['c']);
    expect(await select('involvedObject.kind=Node', '/api/v1/events')).toEqual(['e']);
    expect(await select('involvedObject.kind=Pod', '/api/v1/events')).toEqual([]);
  });
});

describe('a watch', () => {
  test('goes on from a version, tells every change with a version of its own, and ends with a bookmark in time', async () => {
    const kubernetes = await aKubernetes({ firstVersion: 100 });
    kubernetes.put(aPod({ name: 'a' }));
    kubernetes.update('pods', 'shop', 'a', (pod) => pod);
    kubernetes.delete('pods', 'shop', 'a');
    kubernetes.put(anEvent({}));
    const query = { resourceVersion: '101', allowWatchBookmarks: 'true', timeoutSeconds: '0.02' };
    const frames = await watch(await clientOf(kubernetes), PODS, query);

    expect(inShort(frames)).toEqual([
      ['MODIFIED', 'a', '102'],
      ['DELETED', 'a', '103'],
      ['BOOKMARK', undefined, '104'],
    ]);
  });

  test('from a version that was compacted begins with 200 and says so in an ERROR frame', async () => {
    const kubernetes = await aKubernetes({ firstVersion: 100 });
    kubernetes.put(aPod({ name: 'a' }));
    kubernetes.compact();

    expect(await watch(await clientOf(kubernetes), PODS, { resourceVersion: '100' })).toEqual([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'too old resource version: 100 (101)',
          reason: 'Expired',
          code: 410,
        },
      },
    ]);
  });

  test('tells what leaves its selection as deleted, with the content from before', async () => {
    const kubernetes = await aKubernetes({ firstVersion: 100 });
    kubernetes.put(aPod({ name: 'a', node: null }));
    kubernetes.put(aPod({ name: 'a', node: 'node1' }));
    const query = { resourceVersion: '101', timeoutSeconds: '0.02' };
    const client = await clientOf(kubernetes);
    const [left] = await watch(client, PODS, { ...query, fieldSelector: 'spec.nodeName=' });
    const [entered] = await watch(client, PODS, { ...query, fieldSelector: 'spec.nodeName=node1' });

    expect(left).toMatchObject({
      type: 'DELETED',
      object: { metadata: { name: 'a', resourceVersion: '102' } },
    });
    expect(left).not.toHaveProperty('object.spec.nodeName');
    expect(entered).toMatchObject({ type: 'ADDED', object: { spec: { nodeName: 'node1' } } });
  });
});

describe('a refusal', () => {
  test.each([
    ['/api/v1/pods', { fieldSelector: 'spec.image=a' }, 400, 'field label not supported: spec.image'],
    ['/api/v1/pods', { limit: 'many' }, 400, 'limit: Invalid value: "many"'],
    ['/api/v1/pods', { continue: 'e30' }, 400, 'continue key is not valid'],
    ['/api/v1/secrets', {}, 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/shop/pods/none', {}, 404, 'pods "none" not found'],
    ['/api/v1/pods', { resourceVersion: '9999' }, 504, 'Too large resource version: 9999, current: 1000'],
  ])('of %s %o is a Status with %i', async (path, query, code, message) => {
    const { status, body } = await get(await clientOf(await aKubernetes()), path, query);
    expect({ status, body }).toMatchObject({
      status: code,
      body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code },
    });
  });

  test('of a stranger is a 401, of one without the right a 403', async () => {
    const kubernetes = await aKubernetes();
    const client = await clientOf(kubernetes);
    kubernetes.forbid('pods');
    const withoutRight = await get(client, PODS);
    kubernetes.setToken('new', { keepFiles: true });

    expect(withoutRight.body).toMatchObject({
      message:
        'pods is forbidden: User "system:serviceaccount:podlapse:podlapse-agent" cannot list resource "pods" in API group "" at the cluster scope',
      reason: 'Forbidden',
      details: { kind: 'pods' },
    });
    expect((await get(client, PODS)).body).toMatchObject({ reason: 'Unauthorized', code: 401 });
  });
});

test('it is out of reach when stopped, and comes back on its port with what it had', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(aPod({ name: 'a' }));
  const client = await clientOf(kubernetes);
  await kubernetes.stop();
  await expect(get(client, PODS)).rejects.toThrow(/ECONNREFUSED/);
  await kubernetes.start();

  expect(names(await get(client, PODS))).toEqual(['a']);
});

test('old changes are forgotten by themselves, so that it can serve for long', async () => {
  const kubernetes = await aKubernetes({ firstVersion: 0, keepChanges: 10 });
  for (let n = 0; n < 100; n += 1) kubernetes.put(aPod({ name: `pod-${n % 3}` }));
  const client = await clientOf(kubernetes);
  const [old] = await watch(client, PODS, { resourceVersion: '50' });
  const recent = await watch(client, PODS, { resourceVersion: '95', timeoutSeconds: '0.02' });

  expect(old).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  expect(recent).toHaveLength(5);
  expect(kubernetes.all('pods')).toHaveLength(3);
});

test('the library that others use understands it', async () => {
  const kubernetes = await aKubernetes();
  kubernetes.put(aPod({ name: 'a' }));
  kubernetes.put(anEvent({ reason: 'Killing' }));
  const config = new KubeConfig();
  config.loadFromFile(kubernetes.files.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const pods = await api.listPodForAllNamespaces({ limit: 1 });
  const events = await api.listNamespacedEvent({ namespace: 'shop', fieldSelector: 'reason=Killing' });

  expect(pods.items[0]?.status?.containerStatuses?.[0]?.state?.running?.startedAt).toEqual(
    new Date('2026-01-31T08:00:00Z'),
  );
  expect(events.items[0]?.involvedObject.name).toBe('web-7d9c5b6f4d-x2x4z');
});

test('requests are kept for a test to look at', async () => {
  const kubernetes = await aKubernetes();
  await get(await clientOf(kubernetes), PODS, { limit: '5' });
  await until('it is there', () => kubernetes.requests.length === 1);
  expect(kubernetes.requests).toEqual([
    { verb: 'list', resource: 'pods', query: { limit: '5' }, status: 200 },
  ]);
});
