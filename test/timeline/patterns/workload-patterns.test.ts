import { describe, expect, it } from 'vitest';
import { type DeployedRestart, findWorkloadPatterns } from '../../../timeline/patterns/workload-patterns.ts';
import { stamp } from '../../support/pod-timeline.ts';

const DAY = 86_400_000;
/** A deploy a day of two pods each. */
const pods = (deploys: number) =>
  Array.from({ length: deploys * 2 }, (_, index) => ({
    uid: `pod-${index}`,
    revision: `revision-${index >> 1}`,
    startedAt: stamp((index >> 1) * DAY + (index % 2) * 30_000),
  }));
const restart = (pod: number, afterMs: number, given: Partial<DeployedRestart> = {}): DeployedRestart => ({
  pod: `pod-${pod}`,
  at: stamp((pod >> 1) * DAY + (pod % 2) * 30_000 + afterMs),
  container: 'web',
  cause: 'exited',
  ...given,
});

describe('restarts after each deploy of a workload', () => {
  it('are told where a pod of each of three revisions restarts soon after its start', () => {
    const restarts = [restart(4, 20_000), restart(0, 600_000), restart(3, 1_000)];
    const [pattern, ...others] = findWorkloadPatterns(pods(3), restarts);
    expect(others).toEqual([]);
    expect(pattern).toMatchObject({
      kind: 'restart-after-deploy',
      container: 'web',
      count: 3,
      restarts: [1, 2, 0],
      from: restarts[1]?.at,
      to: restarts[0]?.at,
    });
    expect(pattern?.explanation).toContain('After each of 3 deploys');
  });

  it('are not told of two deploys, nor where one had none or one too late', () => {
    expect(findWorkloadPatterns(pods(2), [restart(0, 1_000), restart(2, 1_000)])).toEqual([]);
    expect(findWorkloadPatterns(pods(3), [restart(0, 1_000), restart(2, 1_000)])).toEqual([]);
    expect(
      findWorkloadPatterns(pods(3), [restart(0, 1_000), restart(2, 1_000), restart(4, 600_001)]),
    ).toEqual([]);
  });

  it('are not told of what restarts at other times as often, of another container, or by the deploy itself', () => {
    const soon = [restart(0, 1_000), restart(2, 1_000), restart(4, 1_000)];
    const later = [1, 2, 3].map((hours) => restart(0, hours * 3_600_000));
    expect(findWorkloadPatterns(pods(3), [...soon, ...later.slice(1)])).toHaveLength(1);
    expect(findWorkloadPatterns(pods(3), [...soon, ...later])).toEqual([]);
    expect(
      findWorkloadPatterns(pods(3), [...soon.slice(1), restart(0, 1_000, { container: 'other' })]),
    ).toEqual([]);
    expect(
      findWorkloadPatterns(pods(3), [...soon.slice(1), restart(0, 1_000, { cause: 'spec-changed' })]),
    ).toEqual([]);
  });

  it('are not told of pods whose revision is not known', () => {
    const unknown = pods(3).map((pod) => ({ ...pod, revision: null }));
    expect(findWorkloadPatterns(unknown, [restart(0, 1_000), restart(2, 1_000), restart(4, 1_000)])).toEqual(
      [],
    );
  });
});
