import { describe } from 'vitest';
import {
  added,
  at,
  docker,
  ended,
  hold,
  id,
  made,
  running,
  said,
  saying,
  status,
  terminated,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const begun = [...watched(), added(), ...made('10:00:01', 'a'), running(20, '10:00:01', 'a', 0)];
const anew = [...made('10:10:10', 'b'), running(30, '10:10:10', 'b', 1)];

describe('exit codes that mislead', () => {
  hold([
    {
      source: 'kubernetes#53125',
      says: 'a process that ends with success is restarted after a back-off all the same',
      events: [
        ...begun,
        docker('die', '10:10:00.000', 'a', { exitCode: 0 }),
        status(25, '10:10:00', {
          containerId: id('a'),
          restartCount: 0,
          state: { waiting: { reason: 'CrashLoopBackOff', backoffMs: 10_000 } },
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 0 }) },
        }),
        ...anew,
      ],
      account: {
        restarts: [
          {
            cause: 'exited',
            backoffMs: 10_000,
            explanation: saying('exit code 0 (success)', '10 s of it back-off'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#14491',
      says: 'a container whose command is not there never ran',
      events: [
        ...watched(),
        added(),
        docker('create', '10:00:01.000', 'a'),
        docker('die', '10:00:01.200', 'a', { exitCode: 127 }),
        status(20, '10:00:01', {
          containerId: id('a'),
          restartCount: 0,
          state: { waiting: { reason: 'RunContainerError' } },
        }),
        ...made('10:00:12', 'b'),
        running(30, '10:00:12', 'b', 1),
      ],
      account: {
        restarts: [
          {
            cause: 'exited',
            explanation: saying(
              'could not start the container’s process'.replace('’', "'"),
              '127',
              'not found',
            ),
          },
        ],
      },
    },
    {
      source: 'containerd#9080',
      says: 'a start that failed, dated 1970 by containerd, neither comes first nor lasted for decades',
      events: [
        ...watchedWithoutDocker(),
        added(),
        status(20, '10:00:05', {
          containerId: id('a'),
          runtime: 'containerd',
          restartCount: 0,
          state: {
            terminated: {
              exitCode: 128,
              reason: 'StartError',
              startedAt: '1970-01-01T00:00:00Z',
              finishedAt: at('10:00:05'),
              containerId: id('a'),
            },
          },
        }),
        running(30, '10:00:16', 'b', 1, { runtime: 'containerd' }),
      ],
      account: {
        runs: [
          { containerId: id('a'), startedAt: null, exitCode: 128 },
          { containerId: id('b'), startedAt: at('10:00:16') },
        ],
        restarts: [
          {
            from: id('a'),
            to: id('b'),
            cause: 'exited',
            downtimeMs: 11_000,
            explanation: saying('could not start'),
          },
        ],
      },
    },
    {
      source: 'moby#21083',
      says: '137 that came neither through Docker nor from the kubelet nor from an OOM is left open',
      events: [...begun, docker('die', '10:10:00.000', 'a', { exitCode: 137 }), ...anew],
      account: {
        restarts: [{ cause: 'unknown', explanation: saying('neither through Docker nor from the kubelet') }],
      },
    },
    {
      source: 'kubernetes#122256',
      says: '137 under a runtime that nobody watched is not taken for an OOM',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        ended(25, '10:10:00', 'a', 0, { exitCode: 137 }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: {
        restarts: [
          {
            cause: 'unknown',
            counted: true,
            explanation: saying(
              'was not watched then',
              'an OOM kill, by a grace period that ran out and by a kill from outside',
            ),
          },
        ],
      },
    },
    {
      source: 'kubernetes#123176',
      says: '137 after a failed liveness probe is a grace period that ran out',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        said('Unhealthy', '10:09:25', 'Liveness probe failed'),
        said('Killing', '10:09:30', 'Container web failed liveness probe, will be restarted'),
        ended(25, '10:10:00', 'a', 0, { exitCode: 137 }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: {
        restarts: [
          {
            cause: 'liveness-failed',
            explanation: saying(
              'liveness probe failed',
              'when its grace period ran out',
              'SIGKILL, exit code 137',
            ),
          },
        ],
      },
    },
    {
      source: 'moby#39178',
      says: 'a segmentation fault is told in words',
      events: [...begun, docker('die', '10:10:00.000', 'a', { exitCode: 139 }), ...anew],
      account: {
        runs: [{ exitCode: 139, signal: 'SIGSEGV' }, {}],
        restarts: [
          { cause: 'exited', explanation: saying('SIGSEGV: it reached for memory that is not its own') },
        ],
      },
    },
    {
      source: 'Azure/azure-container-networking#335',
      says: 'an exit code of Windows, which is negative, is told in words',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 26),
        ended(25, '10:00:04', 'a', 26, { exitCode: -1_073_741_510 }),
        running(30, '10:00:20', 'b', 27),
      ],
      account: {
        runs: [{ exitCode: -1_073_741_510, signal: null }, {}],
        restarts: [{ explanation: saying('exit code -1073741510 (Windows: interrupted') }],
      },
    },
    {
      source: 'kubernetes#83705',
      says: 'a restart that the policy Never does not ask for is told as odd',
      events: [
        ...watched(),
        added({ spec: { restartPolicy: 'Never' } }),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ...anew,
      ],
      account: {
        restarts: [
          { cause: 'exited', explanation: saying('Its restart policy, Never, does not ask for this') },
        ],
      },
    },
    {
      source: 'KEP-5307',
      says: 'a rule that overrides the policy Never explains the restart even where no runtime was watched',
      events: [
        ...watchedWithoutDocker(),
        added({
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'web',
                kind: 'app',
                restartPolicy: 'Never',
                restartRules: [{ action: 'Restart', operator: 'NotIn', values: [0, 1] }],
              },
            ],
          },
        }),
        running(20, '10:00:01', 'a', 0),
        ended(25, '10:10:00', 'a', 0, { exitCode: 42 }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: { restarts: [{ cause: 'restart-rule', explanation: saying('exit code 42', 'restart rule') }] },
    },
  ]);
});
