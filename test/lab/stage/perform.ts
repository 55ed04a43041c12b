/** Plays one scenario in a lab that is up, and gives its recording and its truth. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl, tryKubectl } from '../kubectl.ts';
import type { LabState } from '../state.ts';
import { isOf, scrub } from './publish.ts';
import { Recorder } from './recorder.ts';
import { runtimeOf } from './runtime.ts';
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
  const runtime = runtimeOf(lab, name);
  const stage = new Stage(lab, name, runtime, recorder, signal);
  try {
    await kubectl(lab, ['create', 'namespace', name]);
    await stage.until('the namespace has its service account', async () => {
      const { code } = await tryKubectl(lab, ['get', 'serviceaccount', 'default', '--namespace', name]);
      return code === 0;
    });
    await recorder.start();
    stage.containers.start();
    stage.kubernetes.start();
    runtime.words.start();
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
      ...runtime.told(),
    };
    await clear(stage, scenario);
    // The last of the runtime's events are on their way.
    await stage.pause(500);
    await recorder.stop();

    const truth: Truth = {
      scenario: name,
      ...wordsFor(lab, scenario),
      versions: await runtime.versions(),
      pods: tellPods(stage),
      ...seen,
    };
    const lines = (await recorder.lines()).filter((line) => isOf(name, line));
    return { truth, lines: lines.map((line) => scrub(line, lab)) };
  } finally {
    await Promise.allSettled([
      // Once more for a scenario that did not come to its end.
      scenario.clear?.(stage),
      recorder.stop(),
      stage.kubernetes.stop(),
      stage.containers.stop(),
    ]);
    await tryKubectl(lab, ['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
    runtime.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function wordsFor(
  { runtime }: LabState,
  { title, note, noteOnContainerd }: Scenario,
): Pick<Truth, 'title' | 'note'> {
  const isDocker = runtime === 'docker';
  const told = isDocker ? note : (noteOnContainerd ?? note);
  return {
    title: isDocker ? title : inToolsOfContainerd(title),
    ...(told === undefined ? {} : { note: told }),
  };
}

/** As `handsOfContainerd` does the same. */
const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/`docker stop` of the sandbox/g, '`crictl stopp` of the sandbox'],
  [/`docker rm --force` of the sandbox/g, '`crictl rmp --force` of the sandbox'],
  [/`docker (stop|rm)/g, '`crictl $1'],
  [/`docker unpause/g, '`ctr task resume'],
  [/`docker (kill|pause)/g, '`ctr task $1'],
];

function inToolsOfContainerd(title: string): string {
  return TOOLS.reduce((text, [tool, other]) => text.replace(tool, other), title);
}

/** Those first who would bring pods back. */
const WORKLOADS = 'deployments,statefulsets,jobs';

async function clear(stage: Stage, scenario: Scenario): Promise<void> {
  await scenario.clear?.(stage);
  await stage.kubectl(['delete', WORKLOADS, '--all', '--cascade=foreground']);
  await stage.kubectl(['delete', 'pods', '--all', '--wait=false']);
  await stage.until('no pod is left', () => stage.kubernetes.living.length === 0);
  // Those that ended stay on the runtime's list until the kubelet tidies up, a minute later.
  await stage.until('no container runs', () =>
    stage.containers.all.every(({ endedByMs }) => endedByMs !== undefined),
  );
}
