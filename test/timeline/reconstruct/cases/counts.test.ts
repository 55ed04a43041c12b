import { describe } from 'vitest';
import { aPodRevision } from '../../../support/recorded-events.ts';
import {
  added,
  at,
  docker,
  ended,
  hold,
  made,
  madeSandbox,
  running,
  saying,
  status,
  stopped,
  terminated,
  id,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

describe('restart counts that do not tell the number of restarts', () => {
  hold([
    {
      source: 'kubernetes#99748, before 1.21',
      says: 'a kubelet of before 1.21 numbers from 0 again when the old container is gone, and counts on from there',
      events: [
        ...watched(),
        added(),
        ...madeSandbox('10:00:00'),
        ...made('10:00:01', 'a', { attempt: 2 }),
        running(20, '10:00:01', 'a', 2),
        docker('kill', '10:10:00.000', 'a', { signal: 9 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 137 }),
        docker('destroy', '10:10:00.200', 'a'),
        ...made('10:10:02', 'b', { attempt: 0 }),
        running(30, '10:10:02', 'b', 0),
        docker('die', '10:20:00.000', 'b', { exitCode: 1 }),
        ...made('10:20:01', 'c', { attempt: 1 }),
        running(40, '10:20:01', 'c', 1),
      ],
      account: {
        restarts: [
          {
            cause: 'removed-externally',
            counted: false,
            explanation: saying('fell from 2 to 0', 'as if it had never been'),
          },
          { cause: 'exited', counted: true, explanation: saying('went from 0 to 1') },
        ],
        summary: { restarts: 2, counted: 1, uncounted: 1, kubernetesRestartCount: 1, unseen: 2 },
      },
    },
    {
      source: 'kubernetes#99748, since 1.21',
      says: 'a newer kubelet takes the count from the log files, so that a removed container is counted',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 0 }),
        running(20, '10:00:01', 'a', 0),
        docker('kill', '10:10:00.000', 'a', { signal: 9 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 137 }),
        docker('destroy', '10:10:00.200', 'a'),
        ...made('10:10:02', 'b', { attempt: 1 }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: { restarts: [{ cause: 'removed-externally', counted: true }], summary: { uncounted: 0 } },
    },
    {
      source: 'kubernetes#12485',
      says: 'a count that fell while nothing restarted counts the next restart from where it fell to',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 0 }),
        running(20, '10:00:01', 'a', 3),
        running(30, '10:04:00', 'a', 2, { state: { running: { startedAt: at('10:00:01') } } }),
        docker('kill', '10:10:00.000', 'a', { signal: 9 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 137 }),
        ...made('10:10:02', 'b', { attempt: 1 }),
        running(40, '10:10:02', 'b', 3),
      ],
      account: {
        restarts: [{ cause: 'killed-externally', counted: true, explanation: saying('went from 2 to 3') }],
      },
    },
    {
      source: 'openshift/origin#4645',
      says: 'a count that falls again and again with one container is no restart at all',
      events: [
        ...watched(),
        added(),
        ...[16, 15, 14, 12].map((count, step) =>
          running(20 + step, '10:06:00', 'a', count, { state: { running: { startedAt: at('10:06:00') } } }),
        ),
      ],
      account: { restarts: [], runs: [{}], summary: { restarts: 0, kubernetesRestartCount: 12 } },
    },
    {
      source: 'kubeedge#4627',
      says: 'a restart that raised the count is counted although the count was then set back to 0',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        running(30, '10:10:02', 'b', 1, {
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 255 }) },
        }),
        running(31, '10:10:02', 'b', 0, {
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 255 }) },
        }),
      ],
      account: {
        restarts: [{ counted: true, explanation: saying('went from 0 to 1') }],
        summary: { kubernetesRestartCount: 0 },
      },
    },
    {
      source: 'kubernetes#54476',
      says: 'the new mirror of a static pod that restarted before proves restarts that nobody saw',
      events: [...watchedWithoutDocker(), added(), running(11, '10:00:01', 'a', 12)],
      account: { restarts: [], summary: { restarts: 0, kubernetesRestartCount: 12, unseen: 12 } },
    },
    {
      source: 'kubernetes#13542',
      says: 'a kubelet that stops counting in a crash loop leaves restarts uncounted',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 1),
        docker('die', '10:00:02.000', 'a', { exitCode: 1 }),
        ...made('10:00:12', 'b'),
        running(30, '10:00:12', 'b', 1),
        docker('die', '10:00:13.000', 'b', { exitCode: 1 }),
        ...made('10:00:33', 'c'),
        running(40, '10:00:33', 'c', 1),
      ],
      account: {
        restarts: [
          { cause: 'exited', counted: false, explanation: saying('stayed at 1') },
          { cause: 'exited', counted: false },
        ],
        summary: { counted: 0, uncounted: 2 },
      },
    },
    {
      source: 'kubernetes#67923',
      says: 'a count that jumps by three over one restart proves two more that the kubelet’s relists flew past',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        running(30, '10:10:09', 'd', 3, {
          lastState: { terminated: terminated('c', '10:10:08', { exitCode: 1, from: '10:10:07' }) },
        }),
      ],
      account: {
        runs: [{ containerId: id('a') }, { containerId: id('c') }, { containerId: id('d') }],
        restarts: [
          { to: id('c'), counted: true },
          {
            to: id('d'),
            counted: true,
            explanation: saying(
              'went from 1 to 3',
              'at least 1 more restart came in between that nobody saw',
            ),
          },
        ],
        summary: { restarts: 2, unseen: 1 },
      },
    },
    {
      source: 'kubernetes#629',
      says: 'docker restart keeps the container, so that the kubelet does not count it',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 0 }),
        running(20, '10:00:01', 'a', 0),
        ...stopped('10:10:00', 'a', 0),
        docker('start', '10:10:00.300', 'a'),
        docker('restart', '10:10:00.310', 'a'),
        running(30, '10:10:00', 'a', 0),
      ],
      account: {
        runs: [{ containerId: id('a') }, { containerId: id('a') }],
        restarts: [
          {
            cause: 'stopped-externally',
            counted: false,
            downtimeMs: 100,
            explanation: saying('docker restart', 'kept its ID'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#15965',
      says: 'a run too short for a status is judged by the attempt that its label carries',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 0 }),
        running(20, '10:00:01', 'a', 0),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ...made('10:10:00.1', 'b', { attempt: 1 }),
        docker('die', '10:10:00.400', 'b', { exitCode: 1 }),
        ...made('10:10:10', 'c', { attempt: 2 }),
      ],
      account: {
        restarts: [{ counted: true }, { counted: true, explanation: saying('went from 1 to 2') }],
        summary: { counted: 2 },
      },
    },
    {
      source: 'KEP-5532, as recorded from a kubelet 1.37',
      says: 'a label that begins at 0 again while the status counts on is not taken for a count that fell',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 4 }),
        running(20, '10:00:01', 'a', 4),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        docker('destroy', '10:10:00.100', 'a'),
        ...made('10:10:01', 'b', { attempt: 0 }),
        docker('die', '10:10:02.000', 'b', { exitCode: 1 }),
        ...made('10:10:12', 'c', { attempt: 1 }),
        running(30, '10:10:12', 'c', 6),
      ],
      account: {
        restarts: [
          { counted: true, explanation: saying('went from 4 to 5') },
          { counted: true, explanation: saying('went from 5 to 6') },
        ],
      },
    },
    {
      source: 'kubernetes#13517',
      says: 'of two restarts of which only one was counted it is not said which',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 2),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ...made('10:10:01', 'b'),
        docker('die', '10:10:01.500', 'b', { exitCode: 1 }),
        ...made('10:10:12', 'c'),
        running(30, '10:10:12', 'c', 3),
      ],
      account: {
        restarts: [
          { explanation: saying('Of 2 restarts in a row Kubernetes counted 1') },
          { explanation: saying('Of 2 restarts in a row Kubernetes counted 1') },
        ],
        summary: { counted: 1, uncounted: 1 },
      },
    },
    {
      source: 'kubernetes#83705',
      says: 'a relist that finds seven restarts tells of the one it shows, and that six more are proven',
      events: [
        ...watchedWithoutDocker(),
        aPodRevision({
          resourceVersion: '900',
          occurredAt: at('11:00:00'),
          type: 'LISTED',
          metadata: { createdAt: at('08:00:00') },
          spec: { nodeName: 'node1', restartPolicy: 'Always' },
          row: { phase: 'Running', ready: '1/1', status: 'Running', restarts: 7 },
          containerStatuses: [
            running(900, '10:59:00', 'h', 7, {
              lastState: {
                terminated: terminated('g', '10:58:20', { exitCode: 1, from: '10:58:00' }),
              },
            }).containerStatuses![0]!,
          ],
        }),
      ],
      account: {
        runs: [{ containerId: id('g'), exitCode: 1 }, { containerId: id('h') }],
        restarts: [{ cause: 'unknown', counted: true, downtimeMs: 40_000 }],
        summary: { restarts: 1, counted: 1, complete: false, unseen: 6 },
      },
    },
    {
      source: 'kubernetes#6794',
      says: 'a status that was never seen leaves open whether Kubernetes counted, and says so',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a'),
        ended(20, '10:10:00', 'a', 0, { exitCode: 1 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 1 }),
        ...made('10:10:02', 'b'),
        status(30, '10:10:02', { restartCount: 1, state: { waiting: { reason: 'ContainerCreating' } } }),
      ],
      account: {
        restarts: [{ explanation: saying('Whether Kubernetes counted this restart was not seen') }],
      },
    },
  ]);
});
