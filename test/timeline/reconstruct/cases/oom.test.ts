import { describe } from 'vitest';
import {
  added,
  docker,
  ended,
  hold,
  made,
  running,
  saidOfNode,
  saying,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const begun = [...watched(), added(), ...made('10:00:01', 'a'), running(20, '10:00:01', 'a', 0)];
const anew = [...made('10:10:10', 'b'), running(30, '10:10:10', 'b', 1)];

describe('memory that ran out', () => {
  hold([
    {
      source: 'kubernetes#117793',
      says: 'a container whose processes are killed as one is OOM-killed',
      events: [
        ...begun,
        docker('oom', '10:10:00.000', 'a'),
        docker('die', '10:10:00.100', 'a', { exitCode: 137 }),
        ended(25, '10:10:00', 'a', 0, { exitCode: 137, reason: 'OOMKilled' }),
        ...anew,
      ],
      account: {
        restarts: [
          {
            cause: 'oom-killed',
            explanation: saying('The kernel killed the container', 'ran out of memory'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#104454',
      says: 'OOMKilled with exit code 0 is a child that was killed, not the container',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        ended(25, '10:10:00', 'a', 0, { exitCode: 0, reason: 'OOMKilled' }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: {
        restarts: [
          { cause: 'oom-killed', explanation: saying('killed a process of the container', 'exit code 0') },
        ],
      },
    },
    {
      source: 'kubernetes#131530',
      says: 'a container that loses a process to the kernel and ends right after ended because of that',
      events: [
        ...begun,
        docker('oom', '10:09:58.000', 'a'),
        docker('die', '10:10:00.100', 'a', { exitCode: 1 }),
        ended(25, '10:10:00', 'a', 0, { exitCode: 1, reason: 'OOMKilled' }),
        ...anew,
      ],
      account: {
        restarts: [{ cause: 'oom-killed', explanation: saying('killed a process of the container') }],
      },
    },
    {
      source: 'aws/amazon-ecs-agent#2467',
      says: 'an OOM kill of a worker long before is mentioned, but did not end the run',
      events: [
        ...begun,
        docker('oom', '10:03:00.000', 'a'),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ended(25, '10:10:00', 'a', 0, { exitCode: 1, reason: 'OOMKilled' }),
        ...anew,
      ],
      account: {
        restarts: [
          {
            cause: 'exited',
            explanation: saying(
              'ended by itself',
              'killed another process of the container for memory 7 min before',
            ),
          },
        ],
      },
    },
    {
      source: 'kubernetes#53669',
      says: '137 with the reason Error while the node ran out of memory is an OOM kill by the node',
      events: [
        ...begun,
        docker('die', '10:10:00.000', 'a', { exitCode: 137 }),
        ended(25, '10:10:00', 'a', 0, { exitCode: 137 }),
        saidOfNode('SystemOOM', '10:10:00', 'System OOM encountered'),
        ...anew,
      ],
      account: {
        restarts: [
          {
            cause: 'oom-killed',
            explanation: saying('because the node, not the container, ran out of memory'),
          },
        ],
      },
    },
    {
      source: 'kubernetes#53669, node problem detector',
      says: 'the memory of a cgroup around the container can run out without the runtime noticing',
      events: [
        ...begun,
        docker('die', '10:10:00.000', 'a', { exitCode: 137 }),
        saidOfNode('OOMKilling', '10:10:01', 'Memory cgroup out of memory: Killed process 4711', {
          component: 'kernel-monitor',
        }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'oom-killed', explanation: saying('a memory cgroup around it') }] },
    },
    {
      source: 'kubernetes#19825',
      says: '137 is no OOM kill where nothing told of one, and a node that ran out of memory an hour before is nothing',
      events: [
        ...begun,
        saidOfNode('SystemOOM', '09:10:00', 'System OOM encountered'),
        docker('die', '10:10:00.000', 'a', { exitCode: 137 }),
        ended(25, '10:10:00', 'a', 0, { exitCode: 137 }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'unknown', explanation: saying('no OOM kill was told') }] },
    },
    {
      source: 'kubernetes#22322',
      says: 'a kill through Docker stays one, although the node ran out of memory in that very second',
      events: [
        ...begun,
        docker('kill', '10:10:00.000', 'a', { signal: 9 }),
        docker('die', '10:10:00.100', 'a', { exitCode: 137 }),
        saidOfNode('SystemOOM', '10:10:00', 'System OOM encountered'),
        ...anew,
      ],
      account: { restarts: [{ cause: 'killed-externally' }] },
    },
    {
      source: 'kubernetes#53669, another node',
      says: 'memory that ran out on another node is nothing to this pod',
      events: [
        ...begun,
        docker('die', '10:10:00.000', 'a', { exitCode: 137 }),
        saidOfNode('SystemOOM', '10:10:00', 'System OOM encountered', { node: 'node2' }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'unknown' }] },
    },
  ]);
});
