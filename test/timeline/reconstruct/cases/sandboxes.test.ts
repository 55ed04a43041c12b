import { describe } from 'vitest';
import {
  added,
  at,
  docker,
  ended,
  hold,
  id,
  made,
  madeSandbox,
  running,
  saidOfPod,
  sandbox,
  saying,
  status,
  stopped,
  said,
  terminated,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const CHANGED = 'Pod sandbox changed, it will be killed and re-created.';

describe('sandboxes', () => {
  hold([
    {
      source: 'kubernetes#56996',
      says: 'SandboxChanged five thousand times over is no restart of a container that never ran',
      events: [
        ...watchedWithoutDocker(),
        added(),
        saidOfPod('SandboxChanged', '10:10:00', CHANGED, { count: 5169, firstAt: at('10:00:05') }),
        status(20, '10:10:00', { restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }),
      ],
      account: { restarts: [], runs: [], summary: { restarts: 0 } },
    },
    {
      source: 'kubernetes#68885',
      says: 'SandboxChanged after a set-up that failed is no restart of the container that came at last',
      events: [
        ...watched(),
        added(),
        ...madeSandbox('10:00:01', 'first'),
        saidOfPod('FailedCreatePodSandBox', '10:02:01', 'Failed to create pod sandbox'),
        sandbox('die', '10:02:02.000', 'first', { exitCode: 137 }),
        saidOfPod('SandboxChanged', '10:02:03', CHANGED),
        ...madeSandbox('10:02:04'),
        ...made('10:02:05', 'a'),
        running(20, '10:02:05', 'a', 0),
      ],
      account: {
        restarts: [],
        runs: [{ containerId: id('a') }],
        sandboxes: [
          { id: id('first'), endedBy: 'sandbox-changed' },
          { id: id('sandbox'), endedBy: null },
        ],
      },
    },
    {
      source: 'Azure/ACS#87',
      says: 'a restart with nothing but SandboxChanged to tell of it is a changed sandbox, by whom is not known',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        saidOfPod('SandboxChanged', '10:10:02', CHANGED),
        running(30, '10:10:05', 'b', 1, {
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 255, from: '10:00:01' }) },
        }),
      ],
      account: {
        restarts: [
          {
            cause: 'sandbox-changed',
            counted: true,
            explanation: saying('What ended the old sandbox was not seen'),
          },
        ],
      },
    },
    {
      source: 'kubernetes/kubeadm#2913',
      says: 'a container that had crashed before its sandbox was killed ended by itself',
      events: [
        ...watched(),
        added(),
        ...madeSandbox('10:00:00'),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0),
        docker('die', '10:08:00.000', 'a', { exitCode: 3 }),
        sandbox('kill', '10:09:00.000', 'sandbox', { signal: 9 }),
        sandbox('die', '10:09:00.100', 'sandbox', { exitCode: 137 }),
        saidOfPod('SandboxChanged', '10:09:01', CHANGED),
        ...madeSandbox('10:09:02', 'next'),
        ...made('10:09:03', 'b', { sandboxId: id('next') }),
        running(30, '10:09:03', 'b', 1),
      ],
      account: {
        restarts: [
          { cause: 'exited', downtimeMs: 63_050, explanation: saying('ended by itself with exit code 3') },
        ],
        sandboxes: [{ endedBy: 'sandbox-killed' }, { endedBy: null }],
      },
    },
    {
      source: 'kubernetes#111469',
      says: 'a crash minutes before the kubelet found the sandbox dead is not the sandbox’s doing',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        ended(25, '10:05:00', 'a', 0, { exitCode: 3, from: '10:00:01' }),
        saidOfPod('SandboxChanged', '10:09:01', CHANGED),
        running(30, '10:09:03', 'b', 1),
      ],
      account: {
        restarts: [
          {
            cause: 'unknown',
            explanation: saying('exit code 3', "Only later did the kubelet replace the pod's sandbox"),
          },
        ],
      },
    },
    {
      source: 'kuberuntime podSandboxChanged',
      says: 'a sandbox that the kubelet itself gives up ends after its containers',
      events: [
        ...watched(),
        added(),
        ...madeSandbox('10:00:00'),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0),
        saidOfPod('SandboxChanged', '10:09:58', CHANGED),
        said('Killing', '10:09:59', 'Stopping container web'),
        ...stopped('10:10:00', 'a', 0),
        sandbox('kill', '10:10:00.500', 'sandbox', { signal: 15 }),
        sandbox('die', '10:10:00.600', 'sandbox', { exitCode: 0 }),
        sandbox('stop', '10:10:00.610', 'sandbox'),
        ...madeSandbox('10:10:02', 'next'),
        ...made('10:10:03', 'b', { sandboxId: id('next') }),
        running(30, '10:10:03', 'b', 1),
      ],
      account: {
        restarts: [
          { cause: 'sandbox-changed', explanation: saying('gave the old sandbox up of its own accord') },
        ],
        sandboxes: [{ endedBy: 'sandbox-changed' }, {}],
      },
    },
  ]);
});

describe('init containers', () => {
  const init = { name: 'prepare', kind: 'init' } as const;
  const spec = {
    containers: [
      { name: 'prepare', kind: 'init' as const },
      { name: 'web', kind: 'app' as const },
    ],
  };
  const prepared = [
    ...watched(),
    added({ spec }),
    ...madeSandbox('10:00:00'),
    ...made('10:00:01', 'i', { container: 'prepare' }),
    docker('die', '10:00:05.000', 'i', { container: 'prepare', exitCode: 0 }),
    ended(20, '10:00:05', 'i', 0, { exitCode: 0, from: '10:00:01' }, init),
    ...made('10:00:06', 'a'),
    running(21, '10:00:06', 'a', 0),
  ];
  hold([
    {
      source: 'kubernetes#90271',
      says: 'an init container that is run again once its remains are removed was not down in between, and who ran it is told',
      events: [
        ...prepared,
        docker('destroy', '18:00:00.000', 'i', { container: 'prepare' }),
        ...made('18:01:00', 'j', { container: 'prepare' }),
        running(30, '18:01:00', 'j', 0, init),
      ],
      account: {
        restarts: [
          {
            container: 'prepare',
            cause: 'unknown',
            downtimeMs: 0,
            explanation: saying('The init container was done', 'removed from the runtime'),
          },
        ],
        summary: { restarts: 1, downtimeMs: 0 },
      },
    },
    {
      source: 'kubernetes#62362',
      says: 'the app container that runs on meanwhile was not restarted',
      events: [
        ...prepared,
        docker('destroy', '18:00:00.000', 'i', { container: 'prepare' }),
        ...made('18:01:00', 'j', { container: 'prepare' }),
        docker('die', '18:01:04.000', 'j', { container: 'prepare', exitCode: 0 }),
      ],
      account: {
        restarts: [{ container: 'prepare' }],
        runs: [{}, { container: 'web', finishedAt: null }, {}],
      },
    },
    {
      source: 'Kubernetes documentation, init containers, pod restart reasons',
      says: 'a killed sandbox has the init container run again, which costs no downtime of its own',
      events: [
        ...prepared,
        sandbox('kill', '10:10:00.000', 'sandbox', { signal: 9 }),
        sandbox('die', '10:10:00.100', 'sandbox', { exitCode: 137 }),
        said('Killing', '10:10:01', 'Stopping container web'),
        ...stopped('10:10:01', 'a', 0),
        saidOfPod('SandboxChanged', '10:10:01', CHANGED),
        ...madeSandbox('10:10:02', 'next'),
        ...made('10:10:03', 'j', { container: 'prepare', sandboxId: id('next') }),
        docker('die', '10:10:07.000', 'j', { container: 'prepare', exitCode: 0 }),
        ...made('10:10:08', 'b', { sandboxId: id('next') }),
        running(40, '10:10:08', 'b', 1),
      ],
      account: {
        restarts: [
          {
            container: 'prepare',
            cause: 'sandbox-killed',
            downtimeMs: 0,
            explanation: saying('ran again because', 'killed through Docker'),
          },
          { container: 'web', cause: 'sandbox-killed', downtimeMs: 6_850 },
        ],
      },
    },
    {
      source: 'KEP-753',
      says: 'a sidecar that ends is restarted whatever the pod’s policy says',
      events: [
        ...watched(),
        added({
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'web', kind: 'sidecar', restartPolicy: 'Always' }],
          },
        }),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0, { kind: 'sidecar' }),
        docker('die', '10:10:00.000', 'a', { exitCode: 0 }),
        ...made('10:10:01', 'b'),
        running(30, '10:10:01', 'b', 1, { kind: 'sidecar' }),
      ],
      account: {
        runs: [{ kind: 'sidecar' }, { kind: 'sidecar' }],
        restarts: [{ cause: 'exited', explanation: saying('exit code 0 (success). It was down') }],
      },
    },
  ]);
});
