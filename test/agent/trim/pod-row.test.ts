import { describe, expect, test } from 'vitest';
import { createNotes } from '../../../agent/trim/drops.ts';
import { trimPod } from '../../../agent/trim/pod.ts';
import { podRow } from '../../../agent/trim/pod-row.ts';

type Json = Readonly<Record<string, unknown>>;

const READY = { type: 'Ready', status: 'True' };
const INITIALIZED = { type: 'Initialized', status: 'True' };
const running = { running: { startedAt: '2026-01-31T08:00:00Z' } };
const waiting = (reason?: string) => ({ waiting: reason === undefined ? {} : { reason } });
const ended = (exitCode: number, more: Json = {}) => ({ terminated: { exitCode, ...more } });

const status = (name: string, state: Json, more: Json = {}) => ({
  name,
  ready: false,
  restartCount: 0,
  state,
  ...more,
});

function rowOf(pod: { metadata?: Json; spec?: Json; status: Json }) {
  const trimmed = trimPod(
    {
      metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', ...pod.metadata },
      spec: { containers: [{ name: 'a' }], ...pod.spec },
      status: { phase: 'Running', ...pod.status },
    },
    createNotes(() => {}),
  );
  if ('problem' in trimmed) throw new Error(trimmed.problem);
  const { ready, status: printed, restarts } = podRow(trimmed);
  return `${ready} ${printed} ${restarts}`;
}

describe('a row is what kubectl prints', () => {
  test.each<[title: string, pod: Parameters<typeof rowOf>[0], row: string]>([
    [
      'a running pod',
      { status: { containerStatuses: [status('a', running, { ready: true })] } },
      '1/1 Running 0',
    ],
    ['a pod without any status', { status: { phase: 'Pending' } }, '0/1 Pending 0'],
    [
      'a pod on its way',
      { status: { phase: 'Pending', containerStatuses: [status('a', waiting('ContainerCreating'))] } },
      '0/1 ContainerCreating 0',
    ],
    [
      'a crash loop, with its restarts',
      { status: { containerStatuses: [status('a', waiting('CrashLoopBackOff'), { restartCount: 7 })] } },
      '0/1 CrashLoopBackOff 7',
    ],
    [
      'an end with a reason',
      { status: { containerStatuses: [status('a', ended(1, { reason: 'Error' }))] } },
      '0/1 Error 0',
    ],
    [
      'an end with nothing but a code',
      { status: { containerStatuses: [status('a', ended(3))] } },
      '0/1 ExitCode:3 0',
    ],
    [
      'an end by a signal',
      { status: { containerStatuses: [status('a', ended(137, { signal: 9 }))] } },
      '0/1 Signal:9 0',
    ],
    [
      'a finished pod',
      {
        status: { phase: 'Succeeded', containerStatuses: [status('a', ended(0, { reason: 'Completed' }))] },
      },
      '0/1 Completed 0',
    ],
    [
      'one container done and one running, ready',
      {
        spec: { containers: [{ name: 'a' }, { name: 'b' }] },
        status: {
          conditions: [READY],
          containerStatuses: [
            status('a', ended(0, { reason: 'Completed' })),
            status('b', running, { ready: true }),
          ],
        },
      },
      '1/2 Running 0',
    ],
    [
      'one container done and one running, not ready as a whole',
      {
        spec: { containers: [{ name: 'a' }, { name: 'b' }] },
        status: {
          containerStatuses: [
            status('a', ended(0, { reason: 'Completed' })),
            status('b', running, { ready: true }),
          ],
        },
      },
      '1/2 NotReady 0',
    ],
    [
      'one container done and one failed: the failure counts',
      {
        spec: { containers: [{ name: 'a' }, { name: 'b' }] },
        status: {
          containerStatuses: [
            status('a', ended(0, { reason: 'Completed' })),
            status('b', ended(2, { reason: 'Error' })),
          ],
        },
      },
      '0/2 Error 0',
    ],
    [
      'the first of two init containers at work',
      {
        spec: { initContainers: [{ name: 'i' }, { name: 'j' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', running), status('j', waiting('PodInitializing'))],
          containerStatuses: [status('a', waiting('PodInitializing'))],
        },
      },
      '0/1 Init:0/2 0',
    ],
    [
      'an init container in a crash loop, whose restarts count until the pod is initialized',
      {
        spec: { initContainers: [{ name: 'i' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', waiting('CrashLoopBackOff'), { restartCount: 4 })],
          containerStatuses: [status('a', waiting('PodInitializing'))],
        },
      },
      '0/1 Init:CrashLoopBackOff 4',
    ],
    [
      'an init container that failed, with and without a reason',
      {
        spec: { initContainers: [{ name: 'i' }] },
        status: { phase: 'Pending', initContainerStatuses: [status('i', ended(1, { reason: 'Error' }))] },
      },
      '0/1 Init:Error 0',
    ],
    [
      'an init container ended by a signal',
      {
        spec: { initContainers: [{ name: 'i' }] },
        status: { phase: 'Pending', initContainerStatuses: [status('i', ended(143, { signal: 15 }))] },
      },
      '0/1 Init:Signal:15 0',
    ],
    [
      'an init container with nothing but a code',
      {
        spec: { initContainers: [{ name: 'i' }] },
        status: { phase: 'Pending', initContainerStatuses: [status('i', ended(9))] },
      },
      '0/1 Init:ExitCode:9 0',
    ],
    [
      'init containers done, the app not yet',
      {
        spec: { initContainers: [{ name: 'i' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', ended(0), { restartCount: 2 })],
          containerStatuses: [status('a', waiting('PodInitializing'))],
        },
      },
      '0/1 PodInitializing 0',
    ],
    [
      'a sidecar, which counts in READY and in RESTARTS',
      {
        spec: { initContainers: [{ name: 's', restartPolicy: 'Always' }] },
        status: {
          conditions: [INITIALIZED, READY],
          initContainerStatuses: [status('s', running, { ready: true, started: true, restartCount: 2 })],
          containerStatuses: [status('a', running, { ready: true, restartCount: 1 })],
        },
      },
      '2/2 Running 3',
    ],
    [
      'a sidecar that crashes in an initialized pod: the app is printed, and the restarts of both',
      {
        spec: { initContainers: [{ name: 's', restartPolicy: 'Always' }] },
        status: {
          conditions: [INITIALIZED],
          initContainerStatuses: [status('s', waiting('CrashLoopBackOff'), { restartCount: 5 })],
          containerStatuses: [status('a', running, { ready: true })],
        },
      },
      '1/2 Init:CrashLoopBackOff 5',
    ],
    [
      'a pod that is being deleted',
      {
        metadata: { deletionTimestamp: '2026-01-31T08:01:00Z' },
        status: { containerStatuses: [status('a', running, { ready: true })] },
      },
      '1/1 Terminating 0',
    ],
    [
      'a failed pod that is being deleted keeps its end',
      {
        metadata: { deletionTimestamp: '2026-01-31T08:01:00Z' },
        status: { phase: 'Failed', containerStatuses: [status('a', ended(1, { reason: 'Error' }))] },
      },
      '0/1 Error 0',
    ],
    [
      'a pod on a lost node',
      {
        metadata: { deletionTimestamp: '2026-01-31T08:01:00Z' },
        status: { reason: 'NodeLost', containerStatuses: [status('a', running, { ready: true })] },
      },
      '1/1 Unknown 0',
    ],
    ['an evicted pod', { status: { phase: 'Failed', reason: 'Evicted' } }, '0/1 Evicted 0'],
    [
      'a pod behind a scheduling gate',
      {
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      },
      '0/1 SchedulingGated 0',
    ],
    [
      'an ephemeral container, which counts nowhere',
      {
        status: {
          containerStatuses: [status('a', running, { ready: true })],
          ephemeralContainerStatuses: [status('debug', ended(1, { reason: 'Error' }), { restartCount: 1 })],
        },
      },
      '1/1 Running 0',
    ],
  ])('%s', (_, pod, row) => {
    expect(rowOf(pod)).toBe(row);
  });
});
