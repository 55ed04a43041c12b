import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundleAgent } from '../../../scripts/bundle-agent.mjs';
import { aPod } from '../../support/builders.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../../support/docker-engine.ts';
import { FakeKubernetes } from '../../support/fake-kubernetes/fake-kubernetes.ts';
import { IngestServer } from '../../support/ingest-server.ts';
import { startProgram } from '../../support/program.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NOBODY = 65_532;

let folder: string;
let entry: string;
let bytes: Readonly<Record<string, number>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-image-'));
  ({ entry, bytes } = await bundleAgent(join(folder, 'app')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function aWorld() {
  const [kubernetes, server] = await Promise.all([FakeKubernetes.start(), IngestServer.start()]);
  onTestFinished(async () => {
    await Promise.all([kubernetes.close(), server.close()]);
  });
  kubernetes.put(aPod({ node: 'node1' }));
  return { kubernetes, server };
}

describe('the bundle', () => {
  test('records from inside a pod, without anything of this project around it', async () => {
    const { kubernetes, server } = await aWorld();
    const agent = startProgram(
      entry,
      [
        '--cluster=lab',
        `--api=${server.url.href}`,
        '--role=node',
        '--node-name=node1',
        '--docker=off',
        `--service-account-dir=${kubernetes.files.serviceAccountFolder}`,
        `--spool-dir=${join(folder, 'spool')}`,
      ],
      {
        HOME: folder,
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String(kubernetes.port),
      },
    );
    await until('the pod has arrived', () => server.events.some(({ source }) => source === 'pod'));
    const maps = await readFile(`/proc/${agent.process.pid}/maps`, 'utf8');

    expect(maps).not.toContain(join(ROOT, 'node_modules/@kubernetes'));
    expect(await agent.stop()).toBe(0);
  });

  test('does not load the Kubernetes library in a pod, nor the metrics unless they are asked for', async () => {
    const names = Object.keys(bytes);
    const text = await readFile(entry, 'utf8');

    expect(names.filter((name) => name.startsWith('kubeconfig-credentials-'))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('metrics-'))).toHaveLength(1);
    // Neither is imported by the program itself, but by the line that needs it.
    expect(text).toMatch(/import\("\.\/kubeconfig-credentials-\w+\.mjs"\)/);
    expect(text).not.toMatch(/from"\.\/(?:kubeconfig-credentials|metrics)-/);
  });

  test('is small', () => {
    const later = (name: string) => name.startsWith('kubeconfig-credentials-');
    const atOnce = Object.entries(bytes).filter(([name]) => !later(name));

    expect(atOnce.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(400 * 1024);
  });

  test('reads a kubeconfig too', async () => {
    const { kubernetes, server } = await aWorld();
    const agent = startProgram(entry, [
      '--cluster=lab',
      `--api=${server.url.href}`,
      '--docker=off',
      `--kubeconfig=${kubernetes.files.kubeconfig}`,
    ]);
    await until('the pod has arrived', () => server.events.some(({ source }) => source === 'pod'));

    expect(await agent.stop()).toBe(0);
  });
});

const missing = missingForDocker();

describe.skipIf(missing !== undefined)(`the image${missing ? ` (${missing})` : ''}`, () => {
  let engine: DockerEngine;
  let flags: readonly string[];

  /** What the Dockerfile makes, made by the same script and the same entry point, as no base image is at hand. */
  beforeAll(async () => {
    engine = await startDockerEngine();
    const root = join(folder, 'root');
    await run(join(ROOT, 'scripts/image-root.sh'), [await realpath(process.execPath), root]);
    await bundleAgent(join(root, 'app'));
    const dockerfile = await readFile(join(ROOT, 'agent/Dockerfile'), 'utf8');
    const settings = dockerfile.split('\n').filter((line) => /^(?:USER|ENV|ENTRYPOINT) /.test(line));
    if (settings.length !== 3)
      throw new Error('the Dockerfile must have one each of USER, ENV and ENTRYPOINT');
    const tar = join(folder, 'image.tar');
    await run('tar', ['-C', root, '-cf', tar, '.']);
    const changes = settings.flatMap((line) => ['--change', line]);
    await engine.docker('import', ...changes, tar, 'podlapse-agent:test');
    flags = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--network=host'];
  }, 120_000);

  afterAll(() => engine.close());

  test('runs as nobody, with a read-only root and no capabilities, and records', async () => {
    const { kubernetes, server } = await aWorld();
    // The kubelet makes a token readable for the pod's group; here it is for all.
    const account = kubernetes.files.serviceAccountFolder;
    await chmod(join(account, '..'), 0o755);
    const spool = await mkdtemp(join(folder, 'volume-'));
    await chmod(spool, 0o777);
    const container = spawn(
      'docker',
      [
        `--host=unix://${engine.socketPath}`,
        'run',
        '--rm',
        '--name=agent',
        ...flags,
        `--volume=${account}:/var/run/secrets/kubernetes.io/serviceaccount:ro`,
        `--volume=${spool}:/var/lib/podlapse`,
        `--env=KUBERNETES_SERVICE_HOST=127.0.0.1`,
        `--env=KUBERNETES_SERVICE_PORT=${kubernetes.port}`,
        'podlapse-agent:test',
        '--cluster=lab',
        `--api=${server.url.href}`,
        '--role=node',
        '--node-name=node1',
        '--docker=off',
        '--spool-dir=/var/lib/podlapse',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    container.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(container, 'exit');
    await until(
      `the pod has arrived; it said ${said}`,
      () => {
        if (container.exitCode !== null) throw new Error(said);
        return server.events.some(({ source }) => source === 'pod');
      },
      30_000,
    );
    const files = await readdir(spool);
    const owner = await stat(join(spool, files[0] ?? ''));

    expect(said).not.toMatch(/"level":[45]0/);
    expect(owner.uid).toBe(NOBODY);
    await engine.docker('stop', 'agent');
    expect(await ended).toEqual([0, null]);
  });

  test('holds nothing but Node and the agent', async () => {
    await expect(
      engine.docker('run', '--rm', ...flags, '--entrypoint=/bin/sh', 'podlapse-agent:test', '-c', 'id'),
    ).rejects.toThrow(/no such file or directory/);
    expect((await readdir(join(folder, 'root'))).sort((a, b) => a.localeCompare(b))).toEqual(
      expect.arrayContaining(['app', 'etc', 'lib64', 'usr', 'var']),
    );
  });
});
