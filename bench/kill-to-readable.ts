import { setTimeout as delay } from 'node:timers/promises';
import { startApi } from '../test/support/api-process.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../test/support/docker-engine.ts';
import { until } from '../test/support/until.ts';
import type { Timeline } from '../timeline/contract/timeline.ts';
import type { Bench } from './bench.ts';
import { bundleAgent, startBundledAgent } from './bundled-agent.ts';
import { median } from './measure.ts';

const NAME = 'kill-to-readable-ms';
const KILLS = 15;
const POD = { namespace: 'shop', name: 'web-0' };

/**
 * From when `docker kill` is begun until the end of the run stands in the pod's timeline over HTTP: a real Docker Engine,
 * the agent as its image runs it, and the API with its database, each a process of its own. The median of fifteen.
 */
export const killToReadable: Bench = {
  names: [NAME],
  async run() {
    const problem = missingForDocker(true);
    if (problem !== undefined) throw new Error(problem);
    const [bundle, engine, api] = await Promise.all([bundleAgent(), startDockerEngine(), startApi()]);
    try {
      const settings = ['--role=node', '--node-name=node1', `--docker=${engine.socketPath}`];
      const agent = await startBundledAgent(bundle, undefined, new URL(api.url), settings);
      try {
        const took: number[] = [];
        for (let number = 0; number < KILLS; number += 1) {
          const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
          took.push(
            await killOne(engine, uid, () => api.read<Timeline>(`/v1/clusters/bench/pods/${uid}/timeline`)),
          );
        }
        return [{ name: NAME, value: median(took), unit: 'ms', goal: 1_000, better: 'lower' }];
      } finally {
        await agent.stop();
      }
    } finally {
      await Promise.all([api.close(), engine.close(), bundle.remove()]);
    }
  },
};

async function killOne(
  engine: DockerEngine,
  uid: string,
  read: () => Promise<Timeline | undefined>,
): Promise<number> {
  const pod = { ...POD, uid };
  const sandboxId = await engine.runAsKubelet({ pod, container: 'POD', attempt: 0 });
  const id = await engine.runAsKubelet({ pod, container: 'web', attempt: 0, sandboxId });
  const runOf = (timeline: Timeline | undefined) =>
    timeline?.runs.find(({ containerId }) => containerId === id);
  await until('its start is readable', async () => typeof runOf(await read())?.startedAt === 'string');
  // So that the kill does not share the batch of the start.
  await delay(500);
  const begunAt = performance.now();
  await engine.docker('kill', id);
  await until('its end is readable', async () => typeof runOf(await read())?.finishedAt === 'string');
  const tookMs = performance.now() - begunAt;
  await engine.docker('rm', '--force', sandboxId, id);
  return tookMs;
}
