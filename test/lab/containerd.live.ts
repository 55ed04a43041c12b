import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openCriWatch } from '../../agent/sources/cri/cri-watch.ts';
import { GrpcConnection } from '../../agent/sources/cri/grpc-connection.ts';
import type { Saying } from '../../agent/sources/cri/saying.ts';
import { CriUnavailableError } from '../../agent/sources/cri/unavailable.ts';
import { createTrim } from '../../agent/trim/trim.ts';
import { until } from '../support/until.ts';
import { run } from './command.ts';
import { labDown } from './down.ts';
import { kubectl } from './kubectl.ts';
import { leftovers } from './leftovers.ts';
import { scenarios } from './scenarios/all.ts';
import { eventsOf, factsOfTimeline, factsOfTruth } from './stage/compare.ts';
import { aPod } from './stage/manifests.ts';
import { perform } from './stage/perform.ts';
import { settledKubelet } from './stage/settled-kubelet.ts';
import type { LabState } from './state.ts';
import { labUp } from './up.ts';

/**
 * One of each that containerd tells in another way than Docker. Not `sandbox-stop`: through CRI the containers are killed
 * a moment before their sandbox, and a kubelet that looks just then restarts one in it, which is another story.
 */
const names = [
  'container-kill',
  'container-stop',
  'process-killed',
  'container-remove',
  'sandbox-kill',
  'oom-kill',
  'liveness-probe',
];
const folder = join(tmpdir(), 'podlapse-lab-live-containerd');

let lab: LabState;

beforeAll(async () => {
  lab = await labUp({ folder, runtime: 'containerd', report: console.log });
  await settledKubelet();
});

afterAll(async () => {
  await labDown({ folder });
});

describe('a real kubelet on containerd, watched by the recorder', () => {
  it.each(names)(
    '%s is told as it happened',
    async (name) => {
      const scenario = scenarios.find((one) => one.name === name);
      expect(scenario, `there is a scenario ${name}`).toBeDefined();
      if (scenario === undefined) return;
      const { truth, lines } = await perform(lab, scenario, new AbortController().signal);
      const events = eventsOf(lines);
      expect(truth.pods.map((pod) => factsOfTimeline(pod, events))).toEqual(
        truth.pods.map((pod) => factsOfTruth(pod)),
      );
    },
    300_000,
  );

  it('tells the same by CRI’s own events, which are read where there are no others', async () => {
    const stop = new AbortController();
    const socketPath = lab.containerdSocket;
    const connection = await GrpcConnection.open({ socketPath, timeoutMs: 5_000 }, stop.signal);
    const watch = await openCriWatch({ connection, now: () => '1790000000000000000' }, stop.signal);
    const sayings: Saying[] = [];
    onTestFinished(() => connection.close());
    const reading = (async () => {
      for await (const said of watch.said) if ('saying' in said) sayings.push(said.saying);
    })();
    // containerd tells a new listener again what happened in the last five minutes.
    const of = (topic: string, kind: string) =>
      sayings.find(
        ({ topic: told, container }) =>
          told === topic &&
          container.kind === kind &&
          container.labels['io.kubernetes.pod.name'] === 'by-cri',
      );

    await kubectl(lab, ['create', '-f', '-'], JSON.stringify(aPod({ name: 'by-cri' })));
    const started = await until('the container started', () => of('started', 'container'), 30_000);
    const address = ['--address', socketPath, '--namespace', 'k8s.io'];
    await run(lab.ctr, [...address, 'tasks', 'kill', '--signal', 'SIGKILL', started.container.id]);
    await until('its end was told', () => of('stopped', 'container'), 30_000);
    await kubectl(lab, ['delete', 'pod', 'by-cri', '--now']);
    await until('the sandbox was removed', () => of('deleted', 'sandbox'), 120_000);
    connection.close();
    await expect(reading).rejects.toThrow(CriUnavailableError);

    const trim = createTrim({ agent: { instance: 'live', role: 'node', node: lab.nodeName } });
    const events = sayings
      .flatMap((raw) => trim({ at: '2026-01-31T08:00:10Z', source: 'cri', raw }))
      .filter((event) => event.source === 'cri' && event.containerId === started.container.id);
    expect(events.map((event) => (event.source === 'cri' ? event.action : ''))).toEqual([
      'create',
      'start',
      'die',
      'inspect',
      'destroy',
    ]);
    expect(events[2]).toMatchObject({
      exitCode: 137,
      container: 'app',
      attempt: 0,
      runtime: 'containerd',
      pod: { name: 'by-cri', namespace: 'default' },
    });
  }, 240_000);
});

describe('taking the lab down', () => {
  it('leaves neither files, nor mounts, nor control groups, nor processes', async () => {
    expect(await labDown({ folder })).toBe(true);
    expect(existsSync(folder)).toBe(false);
    expect(await leftovers(lab)).toEqual({ mounts: [], processes: [], controlGroups: [] });
  }, 60_000);
});
