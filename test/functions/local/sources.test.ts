import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSources } from '../../../functions/local/sources.ts';

describe('what can be watched', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'podlapse-sources-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));
  const contextWith = async (env: Record<string, string>) => {
    const noDocker = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    return (await findSources({ env: { ...noDocker, ...env }, homeDir: home, timeoutMs: 100 })).kubeContext;
  };

  it.each([
    ['current-context: lab\n', 'lab'],
    ['apiVersion: v1\ncurrent-context: "kind-lab" # here\n', 'kind-lab'],
    ["current-context: 'a b'\n", 'a b'],
    ['{"apiVersion":"v1","current-context":"json"}', 'json'],
    ['current-context: ""\n', undefined],
    ['contexts:\n- name: x\n  current-context: not-at-the-top\n', undefined],
  ])('is the context of a kubeconfig: %j', async (text, context) => {
    await mkdir(join(home, '.kube'));
    await writeFile(join(home, '.kube', 'config'), text);
    expect(await contextWith({})).toBe(context);
  });

  it('is the first context that the files of KUBECONFIG name', async () => {
    const files = ['missing', 'without', 'first', 'second'].map((name) => join(home, name));
    await writeFile(files[1]!, 'clusters: []\n');
    await writeFile(files[2]!, 'current-context: first\n');
    await writeFile(files[3]!, 'current-context: second\n');
    expect(await contextWith({ KUBECONFIG: files.join(delimiter) })).toBe('first');
  });

  it('is nothing where nothing is', async () => {
    const env = { DOCKER_HOST: `unix://${join(home, 'none.sock')}` };
    expect(await findSources({ env, homeDir: home, timeoutMs: 100, criRuntimes: [] })).toEqual({
      kubeContext: undefined,
      dockerSocket: undefined,
      criSocket: undefined,
    });
  });

  it('is a containerd in which a kubelet has containers, and none in which it has not', async () => {
    const env = { DOCKER_HOST: `unix://${join(home, 'none.sock')}` };
    const runtimes = ['idle', 'used'].map((name) => ({
      socket: join(home, `${name}.sock`),
      ofKubelet: join(home, name, 'k8s.io'),
    }));
    for (const { socket } of runtimes) await writeFile(socket, '');
    const found = () => findSources({ env, homeDir: home, timeoutMs: 100, criRuntimes: runtimes });

    expect((await found()).criSocket).toBeUndefined();
    await mkdir(runtimes[1]!.ofKubelet, { recursive: true });
    expect((await found()).criSocket).toBe(runtimes[1]!.socket);
  });
});
