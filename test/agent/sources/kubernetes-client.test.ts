import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBody } from '../../../agent/sources/answer-body.ts';
import { findKubernetes } from '../../../agent/sources/find-kubernetes.ts';
import {
  type KubernetesClient,
  KubernetesCredentialsError,
  KubernetesUnreachableError,
} from '../../../agent/sources/kubernetes-api.ts';
import { createKubernetesClient } from '../../../agent/sources/kubernetes-client.ts';
import type { KubernetesCredentials } from '../../../agent/sources/kubernetes-credentials.ts';
import { aPod } from '../../support/builders.ts';
import { aKubernetes } from '../../support/list-watch-rig.ts';

const never = new AbortController().signal;

async function clientOf(search: Parameters<typeof findKubernetes>[0]): Promise<KubernetesClient> {
  const credentials = await findKubernetes(search);
  if (credentials === undefined) throw new Error('no cluster was found');
  return withEnd(createKubernetesClient({ credentials, connectTimeoutMs: 500 }));
}

function withEnd<T extends { close(): void }>(client: T): T {
  onTestFinished(() => client.close());
  return client;
}

const plain = (server: string): KubernetesCredentials => ({
  server,
  requestOptions: () => Promise.resolve({}),
  forget: () => {},
});

async function statusOf(client: KubernetesClient): Promise<number> {
  const answer = await client.get('/api/v1/pods', {}, never);
  await readBody(answer, 1_000_000);
  return answer.status;
}

describe('credentials', () => {
  test('a kubeconfig with a token, or with a client certificate, opens the API', async () => {
    const { files } = await aKubernetes();
    for (const kubeconfigPath of [files.kubeconfig, files.certificateKubeconfig]) {
      expect(await statusOf(await clientOf({ kubeconfigPath, environment: {} }))).toBe(200);
    }
  });

  test('KUBECONFIG and the home folder are looked at as kubectl does', async () => {
    const { files } = await aKubernetes();
    const KUBECONFIG = `/nowhere/kubeconfig:${files.kubeconfig}`;
    expect(await statusOf(await clientOf({ environment: { KUBECONFIG, HOME: '/nowhere' } }))).toBe(200);
    expect(await findKubernetes({ environment: { HOME: '/nowhere' } })).toBeUndefined();
  });

  test('within a cluster the service account opens the API, and its renewed token is taken up at once', async () => {
    const kubernetes = await aKubernetes();
    const client = await clientOf({
      environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(kubernetes.port) },
      serviceAccountFolder: kubernetes.files.serviceAccountFolder,
    });
    const before = await statusOf(client);
    kubernetes.setToken('renewed', { keepFiles: true });
    const expired = await statusOf(client);
    kubernetes.setToken('renewed');

    expect([before, expired, await statusOf(client)]).toEqual([200, 401, 200]);
  });

  test('a kubeconfig that cannot be used is named, with what is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const kubeconfigPath = join(folder, 'config');
    const find = () => findKubernetes({ kubeconfigPath, environment: {} });
    await expect(find()).rejects.toThrow(new RegExp(`kubeconfig ${kubeconfigPath} cannot be read: ENOENT`));
    writeFileSync(kubeconfigPath, 'clusters: []');
    await expect(find()).rejects.toThrow(/has no current context with a server/);
    await expect(find()).rejects.toBeInstanceOf(KubernetesCredentialsError);
  });

  test('a service account that is gone is a matter of credentials', async () => {
    const kubernetes = await aKubernetes();
    const { serviceAccountFolder } = kubernetes.files;
    const client = await clientOf({
      environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(kubernetes.port) },
      serviceAccountFolder,
    });
    rmSync(serviceAccountFolder, { recursive: true });
    await expect(statusOf(client)).rejects.toBeInstanceOf(KubernetesCredentialsError);
  });

  test('a plain http server can be used, with a path before its API', async () => {
    const asked: string[] = [];
    const server = createServer(({ url, headers }, response) => {
      asked.push(`${url} ${headers.authorization}`);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const kubeconfigPath = join(folder, 'config');
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      kubeconfigPath,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}/k8s/c-1` } }],
        users: [{ name: 'u', user: { token: 'abc' } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );

    expect(await statusOf(await clientOf({ kubeconfigPath, environment: {} }))).toBe(200);
    expect(asked).toEqual(['/k8s/c-1/api/v1/pods Bearer abc']);
  });
});

describe('connections', () => {
  test('a hundred lists and the watch after them use one connection', async () => {
    const kubernetes = await aKubernetes();
    kubernetes.put(aPod());
    const client = await clientOf({ kubeconfigPath: kubernetes.files.kubeconfig, environment: {} });
    for (let n = 0; n < 100; n += 1) await statusOf(client);
    const watch = await client.get(
      '/api/v1/pods',
      { watch: 'true', resourceVersion: kubernetes.version },
      never,
    );

    expect([watch.status, kubernetes.connections]).toEqual([200, 1]);
  });

  test('one that the server closed while it was idle is replaced without a word', async () => {
    const kubernetes = await aKubernetes();
    const client = await clientOf({ kubeconfigPath: kubernetes.files.kubeconfig, environment: {} });
    await statusOf(client);
    kubernetes.failNext({ status: 'reset' });

    expect([await statusOf(client), kubernetes.connections]).toEqual([200, 2]);
  });

  test('a server whose certificate is not of the cluster is not spoken to', async () => {
    const [kubernetes, other] = [await aKubernetes(), await aKubernetes()];
    const client = await clientOf({
      environment: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(other.port) },
      serviceAccountFolder: kubernetes.files.serviceAccountFolder,
    });

    await expect(statusOf(client)).rejects.toThrow(/certificate/);
    expect(other.requests).toEqual([]);
  });

  test('a server that takes the connection and never speaks is given up', async () => {
    const server = createTcpServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const credentials = plain(`https://127.0.0.1:${port}`);
    const client = withEnd(createKubernetesClient({ credentials, connectTimeoutMs: 50 }));

    await expect(statusOf(client)).rejects.toThrow(
      new KubernetesUnreachableError('no connection within 0.05 s, TLS included'),
    );
  });

  test('an answer that breaks off is an unreachable server, an abort keeps its reason', async () => {
    const kubernetes = await aKubernetes();
    const client = await clientOf({ kubeconfigPath: kubernetes.files.kubeconfig, environment: {} });
    const query = { watch: 'true', resourceVersion: kubernetes.version };
    const broken = await client.get('/api/v1/pods', query, never);
    const reading = readBody(broken, 1_000);
    kubernetes.dropConnections();
    await expect(reading).rejects.toBeInstanceOf(KubernetesUnreachableError);

    const stop = new AbortController();
    const aborted = await client.get('/api/v1/pods', query, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(readBody(aborted, 1_000)).rejects.toBe(reason);
  });
});
