import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../timeline/contract/timeline.ts';
import { findPatterns } from '../../../timeline/patterns/find-patterns.ts';
import { aPhase, aTimeline, stamp, type Turn } from '../../support/pod-timeline.ts';

const flapsOf = (timeline: ReturnType<typeof aTimeline>) =>
  findPatterns(timeline).filter(({ kind }) => kind === 'flapping');

describe('flapping restarts', () => {
  const turn = (ms: number): Turn => ({ ranMs: ms, cause: 'stopped-externally' });

  it('are three, none more than the second of the kubelet’s look after the one before', () => {
    expect(flapsOf(aTimeline([turn(60_000), turn(1_000), turn(1_000)]))).toMatchObject([
      {
        container: 'web',
        count: 3,
        periodMs: 1_000,
        restarts: [0, 1, 2],
        from: stamp(60_000),
        to: stamp(62_000),
      },
    ]);
    expect(flapsOf(aTimeline([turn(60_000), turn(1_000), turn(1_001)]))).toEqual([]);
    expect(flapsOf(aTimeline([turn(60_000), turn(1_000)]))).toEqual([]);
  });

  it('that are known to the second only are not held to be nearer than is sure', () => {
    const timeline = aTimeline([turn(60_000), turn(1_000), turn(1_000)]);
    const coarse = (seconds: readonly string[]) => ({
      ...timeline,
      restarts: timeline.restarts.map((restart, index) => ({
        ...restart,
        at: `2026-03-01T10:01:${seconds[index]}Z`,
      })),
    });
    expect(flapsOf(coarse(['00', '01', '02']))).toEqual([]);
    expect(flapsOf(coarse(['00', '00', '00']))).toMatchObject([{ count: 3 }]);
  });
});

describe('flapping readiness', () => {
  const still = { ...aTimeline([]), runs: aTimeline([]).runs };
  const losing = (...lossesMs: readonly number[]): Phase[] => [
    aPhase(20_000, '1/1'),
    ...lossesMs.flatMap((ms) => [aPhase(ms, '0/1'), aPhase(ms + 20_000, '1/1')]),
  ];

  it('is three losses, none more than five minutes after the one before', () => {
    const at = [60_000, 360_000, 660_000];
    expect(flapsOf({ ...still, phases: losing(...at) })).toMatchObject([
      {
        container: 'web',
        count: 3,
        periodMs: 300_000,
        restarts: [],
        phases: [1, 3, 5],
        from: stamp(60_000),
        to: stamp(660_000),
      },
    ]);
    expect(flapsOf({ ...still, phases: losing(60_000, 360_000, 660_001) })).toEqual([]);
    expect(flapsOf({ ...still, phases: losing(60_000, 360_000) })).toEqual([]);
  });

  it('is the pod’s where it has several containers', () => {
    const runs = [...still.runs, { ...still.runs[0]!, container: 'other', containerId: 'other' }];
    const phases = losing(60_000, 90_000, 120_000).map((phase) => ({
      ...phase,
      ready: phase.ready.replace('/1', '/2'),
    }));
    expect(flapsOf({ ...still, runs, phases })).toMatchObject([{ container: null, count: 3 }]);
  });

  it('is not what a restart brings about', () => {
    const phases = losing(60_000, 90_000, 120_000);
    const failing = phases.map((phase) => (phase.ready === '0/1' ? { ...phase, status: 'Error' } : phase));
    const counting = phases.map((phase, index) => ({ ...phase, restarts: Math.ceil(index / 2) }));
    const { runs } = aTimeline([{ ranMs: 88_000 }, { ranMs: 60_000 }]);
    const apart = aTimeline([{ ranMs: 87_999 }, { ranMs: 60_000 }]);
    expect(flapsOf({ ...still, phases: failing })).toEqual([]);
    expect(flapsOf({ ...still, phases: counting })).toEqual([]);
    expect(flapsOf({ ...still, phases, runs })).toEqual([]);
    expect(flapsOf({ ...still, phases, runs: apart.runs })).toHaveLength(1);
  });
});
