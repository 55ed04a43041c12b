import { describe, expect, it } from 'vitest';
import { findPatterns } from '../../../timeline/patterns/find-patterns.ts';
import { timelinesOf } from '../../support/many-pods.ts';
import { aTimeline, stamp, type Turn } from '../../support/pod-timeline.ts';
import { recordingOf } from '../../support/recording.ts';

const crash: Turn = { ranMs: 5_000, downMs: 200 };
const loopsOf = (turns: readonly Turn[], lastRanMs?: number) =>
  findPatterns(aTimeline(turns, lastRanMs)).filter(({ kind }) => kind === 'crash-loop');

describe('a crash loop', () => {
  it('is three restarts in a row, not two', () => {
    expect(loopsOf([crash, crash])).toEqual([]);
    expect(loopsOf([crash, crash, crash])).toMatchObject([
      { container: 'web', from: stamp(5_000), to: stamp(15_600), count: 3, restarts: [0, 1, 2] },
    ]);
  });

  it('is broken by a run of ten minutes, which resets the back-off', () => {
    expect(loopsOf([crash, { ...crash, ranMs: 599_999 }, crash])).toHaveLength(1);
    expect(loopsOf([crash, { ...crash, ranMs: 600_000 }, crash])).toEqual([]);
    expect(
      loopsOf([crash, crash, crash, { ...crash, ranMs: 600_000 }, crash, crash, crash]).map(
        ({ restarts }) => restarts,
      ),
    ).toEqual([
      [0, 1, 2],
      [4, 5, 6],
    ]);
  });

  it.each(['killed-externally', 'removed-externally', 'sandbox-stopped', 'spec-changed', 'resized'] as const)(
    'is not what others do to the container: %s',
    (cause) => {
      expect(loopsOf([crash, { ...crash, cause }, crash])).toEqual([]);
    },
  );

  it('of ends that were never seen is one only if the kubelet named a back-off', () => {
    const unseen: Turn = { ...crash, cause: 'unknown' };
    expect(loopsOf([unseen, unseen, unseen])).toEqual([]);
    expect(loopsOf([unseen, { ...unseen, backoffMs: 10_000 }, unseen])).toHaveLength(1);
    expect(loopsOf([unseen, crash, unseen])[0]?.explanation).toContain('(unknown 2, exited 1)');
  });

  it('is told with “at least” when a gap overlaps it', () => {
    const timeline = aTimeline([crash, crash, crash]);
    const gaps = [{ source: 'docker', from: stamp(6_000), to: stamp(7_000), reason: 'restart' }] as const;
    expect(findPatterns({ ...timeline, gaps: [...gaps] })[0]?.explanation).toContain('at least 3 times');
    expect(findPatterns(timeline)[0]?.explanation).not.toContain('at least');
  });

  it.each([
    { named: [0, 10_000, 20_000], next: 40_000 },
    { named: [0, 10_000, 20_000, 40_000, 80_000, 160_000], next: 300_000 },
    { named: [0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000], next: 300_000 },
    // Not named before the last two restarts: two rungs further.
    { named: [0, 10_000, 0, 0], next: 80_000 },
    // From whole seconds the wait came out short.
    { named: [0, 10_000, 18_500], next: 40_000 },
    { named: [0, 10_000, 18_000], next: 36_000 },
    // A node whose longest wait is set lower (KEP-4603).
    { named: [0, 1_000, 2_000, 2_000], next: 2_000 },
    { named: [0, 0, 0], next: null },
  ])('whose waits were $named has $next next', ({ named, next }) => {
    const [loop] = loopsOf(named.map((backoffMs) => ({ ranMs: 1_000, downMs: backoffMs + 500, backoffMs })));
    expect(loop?.backOff).toEqual({ waitsMs: named.filter((ms) => ms > 0), nextMs: next });
  });

  it('that ended with a good run has no wait to come', () => {
    const turns = [crash, { ...crash, backoffMs: 10_000 }, { ...crash, backoffMs: 20_000 }];
    expect(loopsOf(turns, 599_999)[0]?.backOff?.nextMs).toBe(40_000);
    expect(loopsOf(turns, 600_000)[0]?.backOff?.nextMs).toBeNull();
  });

  it('that something else followed has no wait to come', () => {
    const turns = [crash, { ...crash, backoffMs: 10_000 }, { ...crash, backoffMs: 20_000 }];
    expect(loopsOf([...turns, { ...crash, cause: 'spec-changed' }])[0]?.backOff?.nextMs).toBeNull();
  });

  it.each([
    { recording: 'crash-loop', waitsMs: [10_000, 20_000, 40_000], nextMs: 80_000 },
    { recording: 'exit-1', waitsMs: [2_000, 2_000], nextMs: 2_000 },
  ])('is found in the recording $recording of a real kubelet', ({ recording, ...backOff }) => {
    const [timeline] = timelinesOf(recordingOf(recording));
    const living = { ...timeline!, pod: { ...timeline!.pod, deletedAt: null } };
    expect(findPatterns(living)).toMatchObject([{ kind: 'crash-loop', backOff }]);
    // The scenario ends with the pod, and so with its waits.
    expect(findPatterns(timeline!)).toMatchObject([{ backOff: { ...backOff, nextMs: null } }]);
  });
});
