import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { type DockerEngine, missingForDocker, startDockerEngine } from '../support/docker-engine.ts';
import { FakeKubernetes } from '../support/fake-kubernetes/fake-kubernetes.ts';
import { PretendKubelet } from '../support/pretend-kubelet.ts';
import { type Program, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const lacking = missingForDocker();

describe.skipIf(lacking !== undefined)(
  `the seed scenario, done to a real Docker Engine (${lacking ?? 'here'})`,
  () => {
    let engine: DockerEngine;
    let kubernetes: FakeKubernetes;
    let api: ApiProcess;
    let agent: Program;

    beforeAll(async () => {
      [engine, kubernetes, api] = await Promise.all([
        startDockerEngine(),
        FakeKubernetes.start(),
        startApi(),
      ]);
      agent = startProgram('agent/main.ts', [
        '--cluster=seed',
        `--api=${api.url}`,
        '--role=all',
        '--node-name=node2',
        `--kubeconfig=${kubernetes.files.kubeconfig}`,
        `--docker=${engine.socketPath}`,
      ]);
      await until(
        'the agent watches',
        () => kubernetes.watches.length >= 2 && api.read('/v1/clusters/seed/pods'),
        30_000,
      );
    });

    afterAll(async () => {
      await agent?.stop();
      await Promise.all([api?.close(), kubernetes?.close(), engine?.close()]);
    });

    /** Both sources have told: Docker of as many runs, Kubernetes of as many restarts. */
    const timelineWith = (runs: number, count: number): Promise<Timeline> =>
      until(`the timeline has ${runs} runs, ${count} counted`, async () => {
        const timeline = await api.timelineOf('seed', 'default', 'pod-apache');
        const last = timeline?.phases.at(-1);
        return timeline?.runs.length === runs && last?.ready === '1/1' && last.restarts === count && timeline;
      });

    it('is told as it was done: four restarts, three counted, each with its cause', async () => {
      const kubelet = new PretendKubelet(engine, kubernetes, {
        namespace: 'default',
        pod: 'pod-apache',
        container: 'apache',
      });
      await kubelet.makeSandbox(0);
      await kubelet.makeApp(0);
      await timelineWith(1, 0);

      await engine.docker('rm', '--force', kubelet.app?.id ?? '');
      kubelet.seeNothing();
      await kubelet.makeApp(0);
      await timelineWith(2, 0);

      await engine.docker('stop', kubelet.app?.id ?? '');
      kubelet.seeCompleted();
      await engine.docker('rm', kubelet.app?.id ?? '');
      await kubelet.makeApp(1);
      await timelineWith(3, 1);

      await engine.docker('rm', '--force', kubelet.sandbox?.id ?? '');
      await kubelet.stopApp();
      await kubelet.makeSandbox(0);
      await kubelet.makeApp(2);
      await timelineWith(4, 2);

      const stopped = kubelet.sandbox?.id ?? '';
      await engine.docker('stop', stopped);
      kubelet.say('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      await kubelet.stopApp();
      await kubelet.makeSandbox(1);
      await kubelet.makeApp(3);
      await engine.docker('rm', stopped);

      const timeline = await timelineWith(5, 3);
      expect(timeline.summary).toMatchObject({
        restarts: 4,
        counted: 3,
        uncounted: 1,
        kubernetesRestartCount: 3,
        complete: true,
      });
      expect(timeline.restarts.map(({ cause, counted }) => [cause, counted])).toEqual([
        ['removed-externally', false],
        ['stopped-externally', true],
        ['sandbox-removed', true],
        ['sandbox-stopped', true],
      ]);
      expect(timeline.pod).toMatchObject({
        uid: kubelet.uid,
        node: 'node2',
        workload: { kind: 'Pod', name: 'pod-apache' },
      });
      expect(timeline.runs.map(({ attempt, exitCode }) => [attempt, exitCode])).toEqual([
        [0, 137],
        [0, 0],
        [1, 0],
        [2, 0],
        [3, null],
      ]);
      const { items } = (await api.read<{ items: { id: string }[] }>(
        `/v1/clusters/seed/pods/${kubelet.uid}/events?limit=1000`,
      )) ?? { items: [] };
      const recorded = new Set(items.map(({ id }) => id));
      for (const { evidence } of timeline.restarts) for (const id of evidence) expect(recorded).toContain(id);
    });

    it('records a container that Docker runs alone, and what is done to it', async () => {
      await engine.docker(
        'run',
        '--detach',
        '--network=host',
        '--name=redis',
        'podlapse-test:1',
        'sleep',
        '100',
      );
      await engine.docker('kill', 'redis');
      await engine.docker('start', 'redis');
      await engine.docker('restart', '--time=1', 'redis');
      const timeline = await until('both restarts are told', async () => {
        const told = await api.timelineOf('seed', 'docker', 'redis');
        return told?.restarts.length === 2 && told.runs.at(-1)?.startedAt !== null && told;
      });
      expect(timeline.restarts.map(({ cause }) => cause)).toEqual([
        'killed-externally',
        'stopped-externally',
      ]);
      expect(timeline.runs[0]).toMatchObject({ exitCode: 137, signal: 'SIGKILL' });
      await engine.docker('rm', '--force', 'redis');
    });

    it('stands after the API was stopped and started again', async () => {
      const before = await api.timelineOf('seed', 'default', 'pod-apache');
      await agent.stop();
      api = await api.restart();
      const after = await api.timelineOf('seed', 'default', 'pod-apache');
      expect(after?.restarts).toEqual(before?.restarts);
      expect(after?.runs).toEqual(before?.runs);
      // The agent said its farewell: from then on the pod goes unwatched, and that is told.
      expect(after?.gaps.map(({ reason }) => reason)).toEqual([
        'agent-stopped',
        'agent-stopped',
        'agent-stopped',
      ]);
    });
  },
);
