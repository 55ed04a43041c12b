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
  running,
  said,
  saying,
  status,
  stopped,
  terminated,
  watched,
  watchedWithoutDocker,
} from './scene.ts';

const begun = [...watched(), added(), ...made('10:00:01', 'a'), running(20, '10:00:01', 'a', 0)];
const anew = [...made('10:10:02', 'b'), running(30, '10:10:02', 'b', 1)];
const spoken = (clock: string) =>
  ['Pulled', 'Created', 'Started'].map((reason) => said(reason, clock, undefined));

describe('Kubernetes Events that were merged, lost or late', () => {
  hold([
    {
      source: 'kubernetes#122942',
      says: 'a combined Event is about the container that its message names, not the one of its field path',
      events: [
        ...begun,
        said(
          'Killing',
          '10:09:59',
          '(combined from similar events): Container web failed liveness probe, will be restarted',
          { container: 'other', count: 14, firstAt: at('10:03:00') },
        ),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { restarts: [{ cause: 'liveness-failed' }] },
    },
    {
      source: 'kubernetes#122904',
      says: 'a combined Event about another container is not held against this one, field path or not',
      events: [
        ...begun,
        said(
          'Killing',
          '10:09:59',
          '(combined from similar events): Container other failed liveness probe, will be restarted',
          { count: 14 },
        ),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { restarts: [{ cause: 'stopped-externally' }] },
    },
    {
      source: 'kubernetes#67887',
      says: 'a kubelet that has used up its Events may have asked for the stop in silence',
      events: [
        ...begun,
        ...Array.from({ length: 26 }, (_, step) =>
          said('BackOff', `10:0${4 + Math.floor(step / 6)}:${10 + (step % 6) * 8}`, undefined),
        ),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: {
        restarts: [{ cause: 'unknown', explanation: saying('used up the Events', 'proves nothing') }],
      },
    },
    {
      source: 'kubernetes#67887, heard right after',
      says: 'a kubelet that is heard right after the stop was not mute before it',
      events: [
        ...begun,
        ...Array.from({ length: 26 }, (_, step) =>
          said('BackOff', `10:0${4 + Math.floor(step / 6)}:${10 + (step % 6) * 8}`, undefined),
        ),
        ...stopped('10:10:00', 'a', 143),
        ...spoken('10:10:02'),
        ...anew,
      ],
      account: { restarts: [{ cause: 'stopped-externally' }] },
    },
    {
      source: 'kubernetes#131026',
      says: 'a stop while the liveness probe was failing is not blamed on someone because Killing was lost',
      events: [
        ...begun,
        said('Unhealthy', '10:09:40', 'Liveness probe failed'),
        said('Unhealthy', '10:09:50', 'Liveness probe failed'),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: {
        restarts: [{ cause: 'unknown', explanation: saying('A probe had been failing right before') }],
      },
    },
    {
      source: 'kubernetes#131026, readiness',
      says: 'a readiness probe that fails ends nothing',
      events: [
        ...begun,
        said('Unhealthy', '10:09:50', 'Readiness probe failed'),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { restarts: [{ cause: 'stopped-externally' }] },
    },
    {
      source: 'kubernetes#11140',
      says: 'the last of the merged probe failures comes after the kill, which they explain all the same',
      events: [
        ...begun,
        said('Killing', '10:09:59', 'Container web failed liveness probe, will be restarted'),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
        said('Unhealthy', '10:12:00', 'Liveness probe failed', { count: 4, firstAt: at('10:09:40') }),
      ],
      account: { restarts: [{ cause: 'liveness-failed' }] },
    },
    {
      source: 'kubernetes#47692',
      says: 'Events of one message about two containers are told apart by their field paths',
      events: [
        ...begun,
        said('FailedPostStartHook', '10:09:58', 'PostStartHook failed', { container: 'other' }),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'exited' }] },
    },
    {
      source: 'kubernetes#6532',
      says: 'a kubelet of the first years kills without a reason',
      events: [...begun, said('Killing', '10:09:59', 'killing'), ...stopped('10:10:00', 'a', 143), ...anew],
      account: {
        restarts: [
          { cause: 'unknown', explanation: saying('The kubelet stopped the container', 'did not say why') },
        ],
      },
    },
    {
      source: 'kubernetes#16045',
      says: 'a kubelet of 1.10 names no container in its words, and its reason in another order',
      events: [
        ...begun,
        said(
          'Killing',
          '10:09:59',
          `Killing container with id docker://${id('a').slice(0, 12)}:Container failed liveness probe.. Container will be killed and recreated.`,
        ),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { restarts: [{ cause: 'liveness-failed' }] },
    },
    {
      source: 'kubernetes#4073',
      says: 'an Event that a list shows with a count of two speaks of its first time too',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        running(30, '10:10:02', 'b', 1, {
          lastState: { terminated: terminated('a', '10:10:00', { exitCode: 143, from: '10:00:01' }) },
        }),
        running(40, '10:20:02', 'c', 2, {
          lastState: { terminated: terminated('b', '10:20:00', { exitCode: 143, from: '10:10:02' }) },
        }),
        said('Killing', '10:19:59', 'Container web failed liveness probe, will be restarted', {
          type: 'LISTED',
          count: 2,
          firstAt: at('10:09:59'),
          observedAt: at('10:30:00'),
        }),
      ],
      account: { restarts: [{ cause: 'liveness-failed' }, { cause: 'liveness-failed' }] },
    },
    {
      source: 'kubernetes#29838',
      says: 'Events that were not watched when it happened leave open who asked for the stop',
      events: [
        ...begun,
        aStatement({
          type: 'gap-closed',
          watched: 'event',
          sequence: 9,
          from: at('10:09:00.000'),
          to: at('10:11:00.000'),
          reason: 'watch-expired',
        }),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: {
        restarts: [{ cause: 'unknown', explanation: saying('Kubernetes Events were not watched then') }],
        summary: { complete: false },
      },
    },
    {
      source: 'kubernetes#102721',
      says: 'what is told of an earlier pod of the same name is not told of this one',
      events: [
        ...begun,
        said('Killing', '10:09:59', 'Container web failed liveness probe, will be restarted', {
          pod: { namespace: 'shop', name: 'web-0', uid: 'an-earlier-pod' },
        }),
        docker('die', '09:59:00.000', 'z', {
          exitCode: 1,
          pod: { namespace: 'shop', name: 'web-0', uid: 'an-earlier-pod' },
        }),
        ...stopped('10:10:00', 'a', 143),
        ...anew,
      ],
      account: { runs: [{}, {}], restarts: [{ cause: 'stopped-externally' }] },
    },
  ]);
});

describe('hooks', () => {
  hold([
    {
      source: 'kubernetes#130438',
      says: 'a failed postStart hook is known from the status where no Event came through',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        status(25, '10:00:02', {
          containerId: id('a'),
          restartCount: 0,
          state: { waiting: { reason: 'PostStartHookError' } },
          lastState: { terminated: terminated('a', '10:00:02', { exitCode: 0, from: '10:00:01' }) },
        }),
        running(30, '10:00:12', 'b', 1),
      ],
      account: { restarts: [{ cause: 'hook-failed', explanation: saying('postStart hook failed') }] },
    },
    {
      source: 'kubernetes#115680',
      says: 'a hook that failed with 137 is a failed hook, not an OOM kill',
      events: [
        ...begun,
        said('FailedPostStartHook', '10:09:58', 'PostStartHook failed'),
        said('Killing', '10:09:58', 'FailedPostStartHook'),
        ...stopped('10:10:00', 'a', 137),
        ...anew,
      ],
      account: { restarts: [{ cause: 'hook-failed' }] },
    },
    {
      source: 'kubernetes#49626',
      says: 'a preStop hook that did not finish is told beside what asked for the end',
      events: [
        ...watchedWithoutDocker(),
        added(),
        running(20, '10:00:01', 'a', 0),
        said('Killing', '10:09:30', 'Container web failed liveness probe, will be restarted'),
        said('UnfinishedPreStopHook', '10:10:00', 'PreStopHook'),
        ended(25, '10:10:01', 'a', 0, { exitCode: 137, from: '10:00:01' }),
        running(30, '10:10:02', 'b', 1),
      ],
      account: {
        restarts: [{ cause: 'liveness-failed', explanation: saying('preStop hook had not finished') }],
      },
    },
    {
      source: 'kubernetes#39170',
      says: 'a preStop hook that failed by itself ends nothing',
      events: [
        ...begun,
        said('FailedPreStopHook', '10:09:59', 'PreStopHook failed'),
        docker('die', '10:10:00.000', 'a', { exitCode: 1 }),
        ...anew,
      ],
      account: { restarts: [{ cause: 'exited' }] },
    },
  ]);
});
