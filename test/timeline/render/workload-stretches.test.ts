import { describe, expect, it } from 'vitest';
import type { WorkloadPod } from '../../../timeline/contract/workload-timeline.ts';
import { stretchesOf } from '../../../timeline/render/workload-stretches.ts';

const born = '2026-03-01T10:00:00Z';
const started = '2026-03-01T10:00:02Z';
const left = '2026-03-01T10:05:00Z';
const ended = '2026-03-01T10:05:30Z';
const gone = '2026-03-01T10:05:31Z';

function aPod(given: Partial<WorkloadPod> & { readonly deletedAt?: string }): WorkloadPod {
  const { deletedAt = null, ...facts } = given;
  return {
    pod: {
      cluster: 'lab',
      namespace: 'shop',
      name: 'web-0',
      uid: 'uid-0',
      node: null,
      workload: { kind: 'StatefulSet', name: 'web' },
      createdAt: born,
      deletedAt,
    },
    revision: null,
    images: [],
    startedAt: null,
    readyAt: null,
    leftAt: null,
    endedAt: null,
    summary: {
      restarts: 0,
      counted: 0,
      uncounted: 0,
      kubernetesRestartCount: null,
      downtimeMs: 0,
      complete: true,
    },
    ...facts,
  };
}

describe('the stretches of a pod', () => {
  it('are one after another: not started, running, asked to go, ended', () => {
    expect(stretchesOf(aPod({ startedAt: started, leftAt: left, endedAt: ended, deletedAt: gone }))).toEqual([
      { state: 'waiting', from: born, to: started },
      { state: 'running', from: started, to: left },
      { state: 'leaving', from: left, to: ended },
      { state: 'ended', from: ended, to: gone },
    ]);
  });

  it('go on while it lives', () => {
    expect(stretchesOf(aPod({ startedAt: started })).at(-1)).toEqual({
      state: 'running',
      from: started,
      to: null,
    });
  });

  it('are of waiting alone for a pod that never ran', () => {
    expect(stretchesOf(aPod({ deletedAt: gone }))).toEqual([{ state: 'waiting', from: born, to: gone }]);
  });

  it('have no leaving for a pod that ended by itself', () => {
    const states = stretchesOf(aPod({ startedAt: started, leftAt: ended, endedAt: ended })).map(
      ({ state }) => state,
    );
    expect(states).toEqual(['waiting', 'running', 'ended']);
  });
});
