/** Plays one scenario in a lab that is up, and gives its recording and its truth. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callDocker } from '../docker.ts';
import { kubectl, tryKubectl } from '../kubectl.ts';
import type { LabState } from '../state.ts';
import { DockerWords } from './docker-words.ts';
import { isOf, scrub } from './publish.ts';
import { Recorder } from './recorder.ts';
import type { Scenario } from './scenario.ts';
import { Stage } from './stage.ts';
import { tellEvents, tellPods, tellTable } from './tell-truth.ts';
import type { Truth } from './truth.ts';

export interface Performance {
  readonly truth: Truth;
  /** The recording's lines, of this scenario alone. */
  readonly lines: readonly string[];
}

/**
 * Plays a scenario from the making of its namespace to the end of its last pod, which is recorded too, so that the
 * whole life of each pod was watched.
 */
export async function perform(lab: LabState, scenario: Scenario, signal: AbortSignal): Promise<Performance> {
  const { name } = scenario;
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-scenario-'));
  const recorder = new Recorder(lab, folder);
  const stage = new Stage(lab, name, recorder, signal);
  const words = new DockerWords(lab.dockerSocket, name);
  try {
    await kubectl(lab, ['create', 'namespace', name]);
    await stage.until('the namespace has its service account', async () => {
      const { code } = await tryKubectl(lab, ['get', 'serviceaccount', 'default', '--namespace', name]);
      return code === 0;
    });
    await recorder.start();
    stage.docker.start();
    stage.kubernetes.start();
    words.start();
    await stage.pause(500);

    for (const manifest of scenario.manifests) {
      const { kind, metadata } = manifest as { kind: string; metadata: { name: string } };
      stage.did(`kubectl create: ${kind} ${metadata.name}`);
      await stage.kubectl(['create', '-f', '-'], JSON.stringify(manifest));
    }
    await scenario.act(stage);
    if (scenario.restless !== true) await stage.quiet();

    const seen = {
      ledger: [...stage.ledger],
      kubectl: tellTable(stage),
      events: await tellEvents(stage),
      docker: [...words.words],
    };
    await clear(stage, scenario);
    // The last of Docker's events are on their way.
    await stage.pause(500);
    await recorder.stop();

    const truth: Truth = {
      scenario: name,
      title: scenario.title,
      ...(scenario.note === undefined ? {} : { note: scenario.note }),
      versions: {
        kubernetes: lab.kubernetesVersion,
        docker: await dockerVersion(lab),
        criDockerd: lab.criDockerdVersion,
      },
      pods: tellPods(stage),
      ...seen,
    };
    const lines = (await recorder.lines()).filter((line) => isOf(name, line));
    return { truth, lines: lines.map((line) => scrub(line, lab)) };
  } finally {
    words.stop();
    await Promise.allSettled([
      // Once more for a scenario that did not come to its end.
      scenario.clear?.(stage),
      recorder.stop(),
      stage.kubernetes.stop(),
      stage.docker.stop(),
    ]);
    await tryKubectl(lab, ['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those first who would bring pods back. */
const WORKLOADS = 'deployments,statefulsets,jobs';

async function clear(stage: Stage, scenario: Scenario): Promise<void> {
  await scenario.clear?.(stage);
  await stage.kubectl(['delete', WORKLOADS, '--all', '--cascade=foreground']);
  await stage.kubectl(['delete', 'pods', '--all', '--wait=false']);
  await stage.until('no pod is left', () => stage.kubernetes.living.length === 0);
  // Those that ended stay on Docker's list until the kubelet tidies up, a minute later.
  await stage.until('no container runs', () =>
    stage.docker.all.every(({ endedByMs }) => endedByMs !== undefined),
  );
}

async function dockerVersion(lab: LabState): Promise<string> {
  const answer = await callDocker({ socket: lab.dockerSocket, method: 'GET', path: '/version' });
  return (JSON.parse(answer) as { Version: string }).Version.replace(/\+.*$/, '');
}
