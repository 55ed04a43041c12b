import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WatchSettings } from '../../../agent/settings.ts';
import { assembleSources, NothingToWatchError } from '../../../agent/sources/assemble.ts';
import { startGrpcRuntime } from '../../support/grpc-runtime.ts';
import { aKubernetes } from '../../support/list-watch-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const OFF: WatchSettings = { role: 'all', nodeName: 'node1', kubernetes: 'off', docker: 'off' };

async function assembled(
  settings: Partial<WatchSettings>,
  defaultDockerSocket = '/nonexistent/docker.sock',
  defaultCriSockets: readonly string[] = [],
) {
  const told: string[] = [];
  const line = (_: object, message: string) => told.push(message);
  const { sources, close } = await assembleSources(
    { ...OFF, ...settings },
    {
      clock: new ManualClock(),
      random: () => 0.5,
      log: { info: line, warn: line, error: line },
      tell: () => {},
      environment: {},
      defaultDockerSocket,
      defaultCriSockets,
    },
  );
  close();
  return { names: sources.map(({ name }) => name), told };
}

describe('the sources of an agent', () => {
  test.each<[role: WatchSettings['role'], names: string[]]>([
    ['node', ['pod', 'docker']],
    ['cluster', ['pod', 'event']],
    ['all', ['pod', 'event', 'docker']],
  ])('of the role %s are %j', async (role, names) => {
    const kubernetes = await aKubernetes();

    const { names: found } = await assembled({
      role,
      kubernetes: { kubeconfigPath: kubernetes.files.kubeconfig },
      docker: { socketPath: '/d.sock' },
    });

    expect(found).toEqual(names);
  });

  test('are found where they usually are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'podlapse-assemble-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'docker.sock'), '');

    const { names, told } = await assembled(
      { kubernetes: undefined, docker: undefined },
      join(folder, 'docker.sock'),
    );

    expect(names).toEqual(['docker']);
    expect(told).toEqual([expect.stringMatching(/^Kubernetes is off: there is no kubeconfig/)]);
  });

  test('take the first socket of a runtime that is there, if a kubelet uses it', async () => {
    const answers = {
      'containerd.services.containers.v1.Containers/ListStream': () => [{ container: { id: 'web' } }],
    };
    const runtime = await startGrpcRuntime(answers);
    onTestFinished(() => runtime.close());
    const sockets = ['/nonexistent/containerd.sock', runtime.socketPath];

    expect((await assembled({}, undefined, sockets)).names).toEqual(['cri']);
  });

  test('leave the socket of a containerd alone that has no container of a kubelet', async () => {
    const empty = await startGrpcRuntime({
      'containerd.services.containers.v1.Containers/ListStream': () => [],
    });
    onTestFinished(() => empty.close());
    const docker = { docker: { socketPath: '/d.sock' } };

    const { names, told } = await assembled(docker, undefined, [empty.socketPath]);
    expect(names).toEqual(['docker']);
    expect(told).toEqual([expect.stringContaining('is not watched (no kubelet has containers there)')]);
  });

  test('take a named socket of a runtime as it is', async () => {
    const { names } = await assembled({ cri: { socketPath: '/nonexistent/containerd.sock' } });
    expect(names).toEqual(['cri']);
  });

  test('that are not there are off, each said once; with none at all there is nothing to do', async () => {
    const told: string[] = [];
    const line = (_: object, message: string) => told.push(message);

    await expect(
      assembleSources(
        { ...OFF, kubernetes: undefined, docker: undefined },
        {
          clock: new ManualClock(),
          random: () => 0.5,
          log: { info: line, warn: line, error: line },
          tell: () => {},
          environment: {},
          defaultDockerSocket: '/nonexistent/docker.sock',
          defaultCriSockets: [],
        },
      ),
    ).rejects.toThrow(NothingToWatchError);
    expect(told).toEqual([
      expect.stringMatching(/^Kubernetes is off/),
      expect.stringMatching(/^Docker is off: there is no \/nonexistent\/docker\.sock/),
    ]);
  });
});
