import { describe, expect, it } from 'vitest';
import { findPatterns } from '../../../timeline/patterns/find-patterns.ts';
import { aTimeline, type Turn } from '../../support/pod-timeline.ts';

const DAY = 86_400_000;
const found = (turns: readonly Turn[]) =>
  findPatterns(aTimeline(turns)).filter(({ kind }) => kind === 'restart-after-deploy');
const soon = (ms = 60_000): Turn => ({ ranMs: ms });
const deploy: Turn = { ranMs: DAY, cause: 'spec-changed' };

describe('a restart after each deploy', () => {
  it('is told from the third deploy on, the pod’s birth being the first', () => {
    expect(found([soon(), deploy, soon()])).toEqual([]);
    const [pattern] = found([soon(), deploy, soon(), deploy, soon()]);
    expect(pattern).toMatchObject({ container: 'web', count: 3, restarts: [0, 2, 4] });
    expect(pattern?.explanation).toContain('each of its 3 deploys (exited 3), and at no other time');
  });

  it('is within ten minutes of each of them', () => {
    expect(found([soon(), deploy, soon(600_000), deploy, soon()])).toHaveLength(1);
    expect(found([soon(), deploy, soon(600_001), deploy, soon()])).toEqual([]);
    expect(found([soon(), deploy, deploy, soon()])).toEqual([]);
  });

  it('is none of a container that restarts at other times as often', () => {
    const other: Turn = { ranMs: 5 * 3_600_000 };
    expect(found([soon(), other, deploy, soon(), other, deploy, soon()])).toHaveLength(1);
    expect(found([soon(), other, other, deploy, soon(), other, deploy, soon()])).toEqual([]);
  });

  it('does not count a birth that was not seen', () => {
    const timeline = aTimeline([soon(), deploy, soon(), deploy, soon()]);
    expect(findPatterns({ ...timeline, pod: { ...timeline.pod, createdAt: null } })).toEqual([]);
  });
});
