import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCli } from '../scripts/bundle-cli.mjs';
import type { Bench } from './bench.ts';
import { medianRatio } from './measure.ts';

const ROUNDS = { warmUp: 3, counted: 25 };

/** As kubectl writes it: the program has to find out what the current context is. */
const KUBECONFIG = `apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:6443
  name: bench
contexts:
- context:
    cluster: bench
    namespace: shop
    user: me
  name: bench
current-context: bench
kind: Config
preferences: {}
users:
- name: me
  user:
    token: none
`;

const POD = {
  pod: {
    cluster: 'bench',
    namespace: 'shop',
    name: 'web-0',
    uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14',
    node: 'node1',
    workload: { kind: 'StatefulSet', name: 'web' },
    createdAt: '2026-01-31T08:15:00Z',
    deletedAt: null,
  },
  summary: { restarts: 4, counted: 3, uncounted: 1, kubernetesRestartCount: 3, downtimeMs: 27_000 },
  lastRestartAt: '2026-01-31T09:15:00Z',
  lastEventAt: '2026-01-31T09:15:00Z',
  timeline: '/v1/clusters/bench/pods/36253f3c-4ed5-11ea-a10e-0242294e2d14/timeline',
};

/**
 * From the start of `podlapse pods` to the first of what it prints, with the kubeconfig read and the API asked; over
 * the whole of a `node -e 0`. The API answers at once: how long a real one takes is measured elsewhere.
 */
export const cliStart: Bench = {
  names: ['cli-start-vs-node'],
  async run() {
    const home = await mkdtemp(join(tmpdir(), 'podlapse-bench-cli-'));
    const answer = JSON.stringify({ items: Array.from({ length: 20 }, () => POD), cursor: null, next: null });
    const api = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: 'W/"1"' }).end(answer);
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const { entry } = await bundleCli(join(home, 'dist'));
    await mkdir(join(home, '.kube'));
    await writeFile(join(home, '.kube', 'config'), KUBECONFIG);
    const env = { HOME: home, PODLAPSE_API: `http://127.0.0.1:${(api.address() as AddressInfo).port}` };
    try {
      const value = await medianRatio(
        ROUNDS,
        () => untilOutput([entry, 'pods'], env),
        () => untilEnd(['-e', '0'], env),
      );
      return [{ name: 'cli-start-vs-node', value, unit: 'ratio', goal: 2, better: 'lower' }];
    } finally {
      api.close();
      api.closeAllConnections();
      await rm(home, { recursive: true, force: true });
    }
  },
};

type Environment = Readonly<Record<string, string>>;

/** @throws Error if it prints nothing */
async function untilOutput(args: readonly string[], env: Environment): Promise<number> {
  const startedAt = performance.now();
  const program = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(program, 'close');
  const firstMs = await Promise.race([
    once(program.stdout, 'data').then(() => performance.now() - startedAt),
    ended.then(() => undefined),
  ]);
  await ended;
  if (firstMs === undefined) throw new Error('the program printed nothing');
  return firstMs;
}

async function untilEnd(args: readonly string[], env: Environment): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }), 'close');
  return performance.now() - startedAt;
}
