import { describe, expect, it } from 'vitest';
import { reconstruct } from '../../../../timeline/reconstruct/reconstruct.ts';
import { containerId, nanoseconds } from '../../../support/recorded-events.ts';
import {
  added,
  at,
  docker,
  ended,
  hold,
  id,
  made,
  running,
  saying,
  stopped,
  terminated,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const begun = [...watched(), added(), ...made('10:00:01', 'a'), running(20, '10:00:01', 'a', 0)];
const anew = [...made('10:10:02', 'b'), running(30, '10:10:02', 'b', 1)];

describe('Docker events in another order', () => {
  hold([
    {
      source: 'moby#50220',
      says: 'a stop that is told before the die is a stop',
      events: [
        ...begun,
        docker('kill', '10:10:00.000', 'a', { signal: 15 }),
        docker('stop', '10:10:00.100', 'a'),
        docker('die', '10:10:00.101', 'a', { exitCode: 0 }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'stopped-externally' }] },
    },
    {
      source: 'moby#15438',
      says: 'an Engine of before 1.9 tells of no kill when it stops a container',
      events: [
        ...begun,
        docker('die', '10:10:00.000', 'a', { exitCode: 0 }),
        docker('stop', '10:10:00.010', 'a'),
        ...anew,
      ],
      account: { restarts: [{ cause: 'stopped-externally' }] },
    },
    {
      source: 'moby#11065',
      says: 'a signal that did not end the process is not what ended it much later',
      events: [
        ...begun,
        docker('kill', '10:02:00.000', 'a', { signal: 1 }),
        docker('die', '10:10:00.000', 'a', { exitCode: 2 }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'exited' }] },
    },
  ]);

  it('does not take a stop while Docker waited to restart for what ended the run (docker/compose#14024)', () => {
    const pod = { namespace: 'docker', name: 'job', uid: containerId('plain') };
    const plain = (...[action, clock, facts = {}]: [Parameters<typeof docker>[0], string, object?]) =>
      docker(action, clock, 'plain', { pod, container: 'job', timeNano: nanoseconds(at(clock)), ...facts });
    const account = reconstruct('laptop', pod.uid, [
      ...watched(),
      plain('create', '10:00:00.100'),
      plain('start', '10:00:00.300'),
      plain('die', '10:05:00.000', { exitCode: 1 }),
      plain('stop', '10:06:00.000'),
      plain('start', '10:30:00.000'),
    ]);
    expect(account?.restarts).toMatchObject([{ cause: 'exited' }]);
  });
});

describe('two of one container at once', () => {
  hold([
    {
      source: 'kubernetes#139670',
      says: 'a kubelet whose call timed out makes a second one: nothing ended the first, and nothing was down',
      events: [
        ...begun,
        ...made('10:02:30', 'b', { attempt: 1 }),
        running(30, '10:02:30', 'b', 1),
        ...stopped('10:20:00', 'a', 0),
      ],
      account: {
        restarts: [
          { cause: 'unknown', downtimeMs: 0, explanation: saying('two of the container ran at once') },
        ],
        runs: [{ finishedAt: at('10:02:30.05') }, { finishedAt: null }],
      },
    },
    {
      source: 'kubernetes#122585',
      says: 'two containers of the same attempt are two runs, of which one was not counted',
      events: [
        ...watched(),
        added(),
        ...made('10:00:01', 'a', { attempt: 0 }),
        ...made('10:00:03', 'b', { attempt: 0 }),
        running(20, '10:00:03', 'b', 0),
      ],
      account: { runs: [{ attempt: 0 }, { attempt: 0 }], restarts: [{ counted: false }] },
    },
    {
      source: 'kubernetes#66186',
      says: 'an old container that is started by hand beside the new one is a run of its own',
      events: [
        ...begun,
        ...stopped('10:10:00', 'a', 0),
        ...made('10:10:02', 'b', { attempt: 1 }),
        running(30, '10:10:02', 'b', 1),
        docker('start', '10:15:00.000', 'a'),
        docker('die', '10:30:00.000', 'b', { exitCode: 0 }),
      ],
      account: {
        runs: [{ containerId: id('a') }, { containerId: id('b') }, { containerId: id('a') }],
        restarts: [{ cause: 'stopped-externally' }, { cause: 'unknown', downtimeMs: 0 }],
      },
    },
  ]);
});

describe('clocks', () => {
  hold([
    {
      source: 'kubernetes#83050',
      says: 'a node whose clock was set back does not turn the order of the runs around',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:30:01', 'a', 0),
        ended(25, '10:40:00', 'a', 0, { exitCode: 1, from: '10:30:01' }),
        running(30, '10:20:02', 'b', 1),
      ],
      account: {
        runs: [{ containerId: id('a'), finishedAt: null }, { containerId: id('b') }],
        restarts: [
          {
            from: id('a'),
            to: id('b'),
            counted: true,
            downtimeMs: null,
            explanation: saying('the clock was set back'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#29229',
      says: 'a node that is minutes ahead of the API server and of the agent is judged by its own clock',
      events: [
        ...watched(),
        added({ occurredAt: at('09:55:00'), observedAt: at('09:55:00.100') }),
        ...made('10:00:01', 'a').map((event) => ({ ...event, observedAt: at('09:55:01.600') })),
        running(20, '10:00:01', 'a', 0, {}, { observedAt: at('09:55:02.000') }),
        ...stopped('10:10:00', 'a', 143).map((event) => ({ ...event, observedAt: at('10:05:00.300') })),
        ...made('10:10:02', 'b').map((event) => ({ ...event, observedAt: at('10:05:02.100') })),
        running(30, '10:10:02', 'b', 1, {}, { observedAt: at('10:05:03.000') }),
      ],
      account: { restarts: [{ cause: 'stopped-externally', downtimeMs: 1_850 }] },
    },
    {
      source: 'kubernetes#48447',
      says: 'a pod that is younger than its containers was watched from its birth on',
      events: [
        ...watched('09:59:00.000'),
        added({ metadata: { createdAt: at('09:57:00') }, observedAt: at('10:00:00.100') }),
        ...made('10:00:01', 'a'),
        running(20, '10:00:01', 'a', 0),
      ],
      account: { gaps: [], summary: { complete: true } },
    },
    {
      source: 'kubernetes#58853',
      says: 'an end dated before the start, as after a jump of the clock, does not make a run of negative length',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:10:00', 'a', 0),
        ended(25, '10:05:00', 'a', 0, { exitCode: 1, from: '10:10:00' }),
        running(30, '10:10:30', 'b', 1, {
          lastState: { terminated: terminated('a', '10:05:00', { exitCode: 1, from: '10:10:00' }) },
        }),
      ],
      account: {
        runs: [{ startedAt: at('10:10:00'), finishedAt: at('10:10:00') }, {}],
        restarts: [{ downtimeMs: 30_000 }],
      },
    },
  ]);
});
