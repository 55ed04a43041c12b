import { describe } from 'vitest';
import { aStatement } from '../../../support/recorded-events.ts';
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
  said,
  saidOfNode,
  saidOfPod,
  sandbox,
  saying,
  status,
  stopped,
  terminated,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const CHANGED = 'Pod sandbox changed, it will be killed and re-created.';
const BOOT = 'fda92249-bc38-49ea-b0c7-e664b214e43e';
const rebooted = (clock: string, boot = BOOT) =>
  saidOfNode('Rebooted', clock, `Node node1 has been rebooted, boot id: ${boot}`, { eventType: 'Warning' });
const kubeletStarted = (clock: string) => saidOfNode('Starting', clock, 'Starting kubelet.');

const begun = [
  ...watched(),
  added(),
  ...madeSandbox('10:00:00'),
  ...made('10:00:01', 'a'),
  running(20, '10:00:01', 'a', 0),
];
/** The agent went down with the node, and found what Docker still listed when it came back. */
const agentGap = aStatement({
  type: 'recording-began',
  watched: 'docker',
  sequence: 0,
  from: at('10:09:30.000'),
  to: at('10:13:00.000'),
  agent: { instance: 'agent-2', role: 'all' },
});
const found = (word: string, exitCode: number, facts = {}) =>
  docker('inspect', '10:13:00.500', word, {
    state: {
      status: 'exited',
      startedAt: at(word === 'sandbox' ? '10:00:00.190' : '10:00:01.040'),
      finishedAt: at('10:12:10.000'),
      exitCode,
    },
    ...facts,
  });
const nextSandbox = madeSandbox('10:13:03', 'next');

describe('a node that was rebooted', () => {
  hold([
    {
      source: 'kubernetes#134503, moby#41349',
      says: 'takes every container with it: Docker shows 255, the node tells why',
      events: [
        ...begun,
        agentGap,
        found('a', 255),
        found('sandbox', 255, { role: 'sandbox', container: 'POD' }),
        kubeletStarted('10:12:58'),
        rebooted('10:12:59'),
        saidOfPod('SandboxChanged', '10:13:02', CHANGED),
        ...nextSandbox,
        ...made('10:13:04', 'b', { sandboxId: id('next') }),
        running(30, '10:13:04', 'b', 1, {
          lastState: { terminated: terminated('a', '10:12:10', { exitCode: 255, from: '10:00:01' }) },
        }),
      ],
      account: {
        restarts: [
          { cause: 'node-rebooted', counted: true, explanation: saying('rebooted', BOOT, 'exit code 255') },
        ],
        sandboxes: [{ endedBy: 'node-rebooted' }, { endedBy: null }],
        summary: { complete: false },
      },
    },
    {
      source: 'moby#45788',
      says: 'is not taken for a process that ended well, although Docker 24.0 shows exit code 0',
      events: [
        ...begun,
        agentGap,
        found('a', 0),
        found('sandbox', 0, { role: 'sandbox', container: 'POD' }),
        kubeletStarted('10:12:58'),
        rebooted('10:12:59'),
        ...nextSandbox,
        ...made('10:13:04', 'b', { sandboxId: id('next') }),
        running(30, '10:13:04', 'b', 1),
      ],
      account: { restarts: [{ cause: 'node-rebooted', explanation: saying('rebooted', 'exit code 0') }] },
    },
    {
      source: 'kubernetes#129151',
      says: 'is told again and again by a kubelet that cannot write the node’s status, and happened once',
      events: [
        ...begun,
        agentGap,
        found('a', 255),
        found('sandbox', 255, { role: 'sandbox', container: 'POD' }),
        kubeletStarted('10:12:58'),
        rebooted('10:12:59'),
        rebooted('10:13:09'),
        rebooted('10:14:39'),
        ...nextSandbox,
        ...made('10:13:04', 'b', { sandboxId: id('next') }),
        running(30, '10:13:04', 'b', 1),
        docker('die', '10:14:30.000', 'b', { sandboxId: id('next'), exitCode: 1 }),
        ...made('10:14:45', 'c', { sandboxId: id('next') }),
        running(40, '10:14:45', 'c', 2),
      ],
      account: { restarts: [{ cause: 'node-rebooted' }, { cause: 'exited' }] },
    },
    {
      source: 'containerd CRI, containers found without a task',
      says: 'is known from the API alone, be the end dated before or after the boot',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0, { runtime: 'containerd' }),
        kubeletStarted('10:12:58'),
        rebooted('10:12:59'),
        saidOfPod('SandboxChanged', '10:13:02', CHANGED),
        running(30, '10:13:04', 'b', 1, {
          runtime: 'containerd',
          lastState: {
            terminated: terminated('a', '10:12:55', { exitCode: 255, reason: 'Unknown', from: '10:00:01' }),
          },
        }),
      ],
      account: { restarts: [{ cause: 'node-rebooted', downtimeMs: 9_000 }] },
    },
    {
      source: 'kubernetes#14408',
      says: 'did not end a container that had crashed before and waited in back-off',
      events: [
        ...begun,
        docker('die', '10:05:00.000', 'a', { exitCode: 3 }),
        status(25, '10:05:01', {
          containerId: id('a'),
          restartCount: 0,
          state: { waiting: { reason: 'CrashLoopBackOff', backoffMs: 300_000 } },
          lastState: { terminated: terminated('a', '10:05:00', { exitCode: 3, from: '10:00:01' }) },
        }),
        agentGap,
        found('sandbox', 255, { role: 'sandbox', container: 'POD' }),
        kubeletStarted('10:12:58'),
        rebooted('10:12:59'),
        ...nextSandbox,
        ...made('10:13:04', 'b', { sandboxId: id('next') }),
        running(30, '10:13:04', 'b', 1),
      ],
      account: { restarts: [{ cause: 'unknown', explanation: saying('exit code 3') }] },
    },
    {
      source: 'kubernetes#73278',
      says: 'can have Docker start the same containers again by itself, which Kubernetes does not count',
      events: [
        ...begun,
        agentGap,
        docker('inspect', '10:13:00.500', 'a', {
          state: {
            status: 'running',
            startedAt: at('10:12:20.000'),
            finishedAt: at('10:12:10.000'),
            exitCode: 255,
          },
        }),
        kubeletStarted('10:12:15'),
        rebooted('10:12:16'),
        running(30, '10:12:20', 'a', 0),
      ],
      account: {
        runs: [{ containerId: id('a') }, { containerId: id('a'), startedAt: at('10:12:20.000') }],
        restarts: [{ from: id('a'), to: id('a'), counted: false, explanation: saying('kept its ID') }],
      },
    },
    {
      source: 'kubernetes#134503, another node',
      says: 'is nothing to the pods of other nodes',
      events: [
        ...begun,
        { ...rebooted('10:12:59'), node: 'node2' },
        docker('die', '10:12:50.000', 'a', { exitCode: 1 }),
        ...made('10:13:04', 'b'),
        running(30, '10:13:04', 'b', 1),
      ],
      account: { restarts: [{ cause: 'exited' }] },
    },
  ]);
});

describe('a kubelet that was restarted', () => {
  const anew = [...made('10:10:02', 'b', { image: 'web:1' }), running(30, '10:10:02', 'b', 1)];
  const ran = [
    ...watched(),
    added(),
    ...made('10:00:01', 'a', { image: 'web:1' }),
    running(20, '10:00:01', 'a', 0),
  ];
  hold([
    {
      source: 'kubernetes#129385',
      says: 'restarts what has not changed when a new version reckons the definition differently',
      events: [
        ...ran,
        kubeletStarted('10:09:50'),
        said('Killing', '10:09:58', 'Container web definition changed, will be restarted'),
        ...stopped('10:10:00', 'a', 0),
        ...anew,
      ],
      account: {
        restarts: [
          {
            cause: 'kubelet-restarted',
            explanation: saying('took the container for changed', 'image is the same'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#53644',
      says: 'did the same in 1.8, in other words',
      events: [
        ...ran,
        kubeletStarted('10:09:50'),
        said(
          'Killing',
          '10:09:58',
          `Killing container with id docker://${id('a').slice(0, 12)}:Container spec hash changed`,
        ),
        ...stopped('10:10:00', 'a', 0),
        ...anew,
      ],
      account: { restarts: [{ cause: 'kubelet-restarted' }] },
    },
    {
      source: 'kubernetes#84443',
      says: 'is not why a container runs with another image',
      events: [
        ...ran,
        kubeletStarted('10:09:50'),
        said('Killing', '10:09:58', 'Container web definition changed, will be restarted'),
        ...stopped('10:10:00', 'a', 0),
        ...made('10:10:02', 'b', { image: 'web:2' }),
        running(30, '10:10:02', 'b', 1, { image: 'web:2' }),
      ],
      account: { restarts: [{ cause: 'spec-changed', explanation: saying('image web:1 to web:2') }] },
    },
    {
      source: 'kubernetes#19302',
      says: 'may have stopped the container without a word, so that nobody else is blamed for it',
      events: [...ran, ...stopped('10:10:00', 'a', 0), kubeletStarted('10:10:01'), ...anew],
      account: {
        restarts: [{ cause: 'unknown', explanation: saying('The kubelet was being restarted then') }],
      },
    },
    {
      source: 'kubernetes#83705',
      says: 'gives up a sandbox that it does not know any more',
      events: [
        ...watched(),
        added(),
        ...madeSandbox('10:00:00'),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0),
        kubeletStarted('10:09:50'),
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
        restarts: [{ cause: 'kubelet-restarted' }],
        sandboxes: [{ endedBy: 'kubelet-restarted' }, {}],
      },
    },
    {
      source: 'kubernetes#22607',
      says: 'kills what the runtime cannot tell the state of, and says so',
      events: [
        ...ran,
        said('Killing', '10:09:58', 'Container is in "unknown" state, try killing it before restart'),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { restarts: [{ cause: 'unknown', explanation: saying('could not learn from the runtime') }] },
    },
    {
      source: 'kubernetes#63814, an init container that was done',
      says: 'does not make a container restart that ended by itself right before',
      events: [
        ...ran,
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        kubeletStarted('10:10:01'),
        ...anew,
      ],
      account: { restarts: [{ cause: 'exited' }] },
    },
  ]);
});

describe('a runtime that was restarted', () => {
  hold([
    {
      source: 'node problem detector, systemd-monitor',
      says: 'is known from the node’s Event where nobody watched Docker',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        saidOfNode('DockerStart', '10:10:03', 'Starting Docker Application Container Engine', {
          component: 'systemd-monitor',
        }),
        saidOfPod('SandboxChanged', '10:10:05', CHANGED),
        running(30, '10:10:08', 'b', 1, {
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 0, from: '10:00:01' }) },
        }),
      ],
      account: { restarts: [{ cause: 'runtime-restarted' }] },
    },
    {
      source: 'kubernetes#41450',
      says: 'ends sandbox and container together, which the sandbox says too',
      events: [
        ...begun,
        aStatement({
          type: 'gap-closed',
          watched: 'docker',
          sequence: 9,
          from: at('10:10:00.500'),
          to: at('10:10:04.000'),
          reason: 'docker-restarted',
        }),
        docker('kill', '10:10:00.000', 'a', { signal: 15 }),
        sandbox('kill', '10:10:00.005', 'sandbox', { signal: 15 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 0 }),
        sandbox('die', '10:10:00.200', 'sandbox', { exitCode: 0 }),
        saidOfPod('SandboxChanged', '10:10:05', CHANGED),
        ...madeSandbox('10:10:06', 'next'),
        ...made('10:10:07', 'b', { sandboxId: id('next') }),
        running(30, '10:10:07', 'b', 1),
      ],
      account: {
        restarts: [{ cause: 'runtime-restarted' }],
        sandboxes: [{ endedBy: 'runtime-restarted' }, { endedBy: null }],
      },
    },
  ]);
});

describe('ends that the kubelet made up', () => {
  hold([
    {
      source: 'kubernetes#104107',
      says: 'do not take the place of an exit code that was known before',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        ended(25, '10:10:00', 'a', 0, { exitCode: 0, from: '10:00:01' }),
        ended(26, '10:10:05', 'a', 0, { exitCode: 137, reason: 'ContainerStatusUnknown' }),
      ],
      account: { restarts: [], runs: [{ exitCode: 0, finishedAt: at('10:10:00'), reason: 'Completed' }] },
    },
    {
      source: 'apecloud/kubeblocks#8027',
      says: 'are neither an exit code nor an OOM kill, and say nothing of when',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        status(25, '10:10:00', {
          restartCount: 1,
          state: { waiting: { reason: 'ContainerCreating' } },
          lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
        }),
        running(30, '10:10:03', 'b', 1, {
          lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
        }),
      ],
      account: {
        runs: [{ exitCode: null, finishedAt: null, synthetic: true }, { containerId: id('b') }],
        restarts: [{ cause: 'unknown', downtimeMs: null, explanation: saying('made up by the kubelet') }],
      },
    },
    {
      source: 'kubelet convertToAPIContainerStatuses',
      says: 'give way to the true end when the container turns up again',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        status(25, '10:10:00', {
          restartCount: 1,
          state: { waiting: { reason: 'ContainerCreating' } },
          lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
        }),
        running(30, '10:10:03', 'b', 1, {
          lastState: { terminated: terminated('a', '10:09:40', { exitCode: 2, from: '10:00:01' }) },
        }),
      ],
      account: {
        runs: [{ exitCode: 2, finishedAt: at('10:09:40') }, {}],
        restarts: [{ downtimeMs: 23_000 }],
      },
    },
  ]);
});
