import { describe, expect, it } from 'vitest';
import { createTimeScale } from '../../web/chart/time-scale.ts';
import { sayEnd, sayPod, sayRestart } from '../../web/workload/lane-text.ts';
import { plotWorkload } from '../../web/workload/workload-plot.ts';
import { spanOfWorkload } from '../../web/workload/workload-span.ts';
import { accountOf, aReplica, at } from '../support/workload-history.ts';

/** Ten minutes of a Deployment: one pod that restarts twice and gives way to another at a deploy. */
const account = accountOf('Deployment', 'web', [
  aReplica('web', 'aaa', {
    name: 'web-aaa-1',
    image: 'web:1',
    born: '10:00:00',
    starts: '10:00:10',
    restarts: ['10:02:00', '10:04:00'],
    leaves: '10:06:00',
    ends: '10:06:20',
    gone: '10:06:21',
  }),
  aReplica('web', 'bbb', { name: 'web-bbb-1', image: 'web:2', born: '10:05:50', starts: '10:05:55' }),
]);
const ms = (time: string) => Date.parse(at(time));
const shape = { height: 20, middle: 10 };
/** A pixel is a second. */
const scale = createTimeScale({ fromMs: ms('10:00:00'), toMs: ms('10:10:00') }, 0, 600);

describe('the plot of a workload', () => {
  const plot = plotWorkload(account, scale, shape);

  it('has a lane for each pod, oldest first, with its life to scale', () => {
    expect(plot.lanes.map(({ pod, y }) => [pod.pod.name, y])).toEqual([
      ['web-aaa-1', 10],
      ['web-bbb-1', 30],
    ]);
    expect(plot.lanes[0]?.bars).toEqual([
      { state: 'waiting', x: 0, width: 10 },
      { state: 'running', x: 10, width: 350 },
      { state: 'leaving', x: 360, width: 20 },
      { state: 'ended', x: 380, width: 1.5 },
    ]);
    expect(plot.lanes[1]?.bars.at(-1)).toEqual({ state: 'running', x: 355, width: 245 });
    expect(plot.height).toBe(40);
  });

  it('marks the restarts of containers, and the deploy', () => {
    expect(plot.lanes[0]?.marks.map(({ x }) => x)).toEqual([120, 240]);
    expect(plot.deploys.map(({ rollout }) => [rollout.from, rollout.to])).toEqual([['aaa', 'bbb']]);
    expect(plot.deploys[0]?.x).toBe(350);
  });

  it('joins the pod that ended to the one that took its place', () => {
    expect(plot.joints.map(({ cause, from, to }) => ({ cause, from, to }))).toEqual([
      { cause: 'rollout', from: { x: 360, y: 10 }, to: { x: 350, y: 30 } },
    ]);
  });

  it('leaves out what is not within the span', () => {
    const later = createTimeScale({ fromMs: ms('10:07:00'), toMs: ms('10:10:00') }, 0, 180);
    const rest = plotWorkload(account, later, shape);
    expect(rest.lanes.map(({ bars, marks }) => [bars.length, marks.length])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect([rest.joints, rest.deploys]).toEqual([[], []]);
  });

  it('draws one of counted restarts that would cover one another, and each that was not counted', () => {
    const [first] = account.restarts;
    const many = Array.from({ length: 1000 }, (_, index) => ({
      ...first!,
      at: new Date(ms('10:01:00') + index * 10).toISOString(),
      counted: index % 500 !== 0,
      to: String(index),
    }));
    const [lane] = plotWorkload({ ...account, restarts: many }, scale, shape).lanes;
    expect(lane?.marks.length).toBeLessThan(8);
    expect(lane?.marks.filter(({ restart }) => !restart.counted)).toHaveLength(2);
  });
});

describe('the span of a workload', () => {
  it('is from the first to the last moment that is named, with a little room', () => {
    const span = spanOfWorkload(account);
    expect(span?.fromMs).toBe(ms('10:00:00'));
    expect(span?.toMs).toBeGreaterThan(ms('10:06:21'));
    expect(span?.toMs).toBeLessThan(ms('10:07:00'));
  });

  it('is none of an account that names none', () => {
    expect(spanOfWorkload({ ...account, pods: [], restarts: [], rollouts: [] })).toBeUndefined();
  });
});

describe('what is drawn, in words', () => {
  it('tells the life of a pod', () => {
    expect(sayPod(account.pods[0]!)).toBe(
      'web-aaa-1, revision aaa: not started from 2026-03-01 10:00:00, running from 2026-03-01 10:00:10, ' +
        'asked to go from 2026-03-01 10:06:00, ended from 2026-03-01 10:06:20, gone at 2026-03-01 10:06:21; 2 restarts.',
    );
  });

  it('tells a restart, and that it was not counted', () => {
    const [restart] = account.restarts;
    expect(sayRestart({ ...restart!, cause: 'exited', counted: false, downtimeMs: 4000 })).toBe(
      '2026-03-01 10:02:00: web restarted: exited, down 4 s, NOT counted by Kubernetes.',
    );
  });

  it('tells the end of a pod, and what took its place', () => {
    const [end] = account.replacements;
    expect(sayEnd(end!, () => 'web-bbb-1')).toBe(
      '2026-03-01 10:06:00: rollout: web-bbb-1 took its place without a break.',
    );
    expect(sayEnd({ ...end!, downtimeMs: 2500 }, () => 'web-bbb-1')).toContain('after 2 s without.');
    expect(sayEnd({ ...end!, at: null, to: null }, () => '')).toBe('rollout: nothing took its place.');
  });
});
