// The whole way with nothing pretended: a real cluster, the agent and the API as processes, the timeline over HTTP.
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { type Program, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';
import { labDown } from './down.ts';
import { kubectl } from './kubectl.ts';
import { restartApiServer } from './restart.ts';
import { settledKubelet } from './stage/settled-kubelet.ts';
import type { LabState } from './state.ts';
import { labUp } from './up.ts';

const folder = join(tmpdir(), 'podlapse-lab-live-whole');
const run = promisify(execFile);

let lab: LabState;
let api: ApiProcess;
let agent: Program;

beforeAll(async () => {
  [lab, api] = await Promise.all([labUp({ folder, report: console.log }), startApi()]);
  await settledKubelet();
  agent = startProgram('agent/main.ts', [
    '--cluster=lab',
    `--api=${api.url}`,
    '--role=all',
    `--node-name=${lab.nodeName}`,
    `--kubeconfig=${lab.kubeconfig}`,
    `--docker=${lab.dockerSocket}`,
  ]);
  await watching(['docker', 'event', 'pod']);
});

afterAll(async () => {
  await agent?.stop();
  await api?.close();
  await labDown({ folder });
});

interface Cluster {
  readonly name: string;
  readonly agents: readonly { readonly watching: readonly string[] }[];
}

function watching(sources: readonly string[]): Promise<unknown> {
  return until(
    `the agent watches ${sources.join(', ')}`,
    async () => {
      const clusters = await api.read<{ items: Cluster[] }>('/v1/clusters');
      const standing = clusters?.items.find(({ name }) => name === 'lab')?.agents[0];
      return standing?.watching.join() === sources.join();
    },
    60_000,
  );
}

function timelineWith(restarts: number, kubernetesCount: number): Promise<Timeline> {
  return until(
    `${restarts} restarts are told`,
    async () => {
      const told = await api.timelineOf('lab', 'default', 'web');
      const settled =
        told?.summary.kubernetesRestartCount === kubernetesCount &&
        told.phases.at(-1)?.ready === '1/1' &&
        typeof told.runs.at(-1)?.startedAt === 'string';
      return settled && told.summary.restarts === restarts && told;
    },
    60_000,
  );
}

const docker = (...args: string[]) => run('docker', ['-H', `unix://${lab.dockerSocket}`, ...args]);

it('tells over HTTP what was done to a pod of a real cluster, while the API server restarts', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      hostNetwork: true,
      terminationGracePeriodSeconds: 2,
      containers: [{ name: 'app', image: lab.images.app, imagePullPolicy: 'Never' }],
    },
  };
  await kubectl(lab, ['create', '-f', '-'], JSON.stringify(pod));
  const [first] = (await timelineWith(0, 0)).runs;

  await docker('rm', '--force', first?.containerId ?? '');
  const [, second] = (await timelineWith(1, 1)).runs;

  await docker('restart', '--time=1', second?.containerId ?? '');
  await timelineWith(2, 1);

  await restartApiServer({ folder });
  await watching(['docker', 'event', 'pod']);
  await docker('kill', second?.containerId ?? '');
  const timeline = await timelineWith(3, 2);

  expect(timeline.restarts.map(({ cause, counted }) => [cause, counted])).toEqual([
    ['removed-externally', true],
    ['stopped-externally', false],
    ['killed-externally', true],
  ]);
  expect(timeline.summary).toMatchObject({ restarts: 3, counted: 2, uncounted: 1 });
  // The restarted API server knows no older revision of the pod: what came between may be missing, and that is told.
  expect(timeline.summary.complete).toBe(false);
  expect(new Set(timeline.gaps.map(({ source }) => source))).toEqual(new Set(['pod']));
});
