// Builds the timeline of a pod of one container from what its runs were like.
import type { Phase, Restart, Run, Timeline } from '../../timeline/contract/timeline.ts';
import { containerId, POD } from './recorded-events.ts';

/** A run and the restart after it; the last run of all goes on. */
export interface Turn {
  /** How long it ran, ms. */
  readonly ranMs: number;
  /** How long until the next one started, ms. */
  readonly downMs?: number;
  readonly cause?: Restart['cause'];
  readonly backoffMs?: number;
}

export const BORN_AT = Date.parse('2026-03-01T10:00:00.000Z');
export const stamp = (ms: number) => new Date(BORN_AT + ms).toISOString();

/** A pod whose container went through these turns; `lastRanMs` ends the last run too. */
export function aTimeline(turns: readonly Turn[], lastRanMs?: number): Timeline {
  const runs: Run[] = [];
  const restarts: Restart[] = [];
  let now = 0;
  const run = (index: number, ranMs: number | undefined) => {
    runs.push({
      container: 'web',
      kind: 'app',
      containerId: containerId(`run ${index}`),
      runtime: 'docker',
      attempt: index,
      sandboxId: null,
      image: 'web:1',
      imageId: null,
      createdAt: stamp(now),
      startedAt: stamp(now),
      readyAt: null,
      finishedAt: ranMs === undefined ? null : stamp(now + ranMs),
      exitCode: ranMs === undefined ? null : 1,
      signal: null,
      reason: null,
    });
  };
  for (const [index, { ranMs, downMs = 0, cause = 'exited', backoffMs = 0 }] of turns.entries()) {
    run(index, ranMs);
    now += ranMs + downMs;
    restarts.push({
      at: stamp(now),
      container: 'web',
      cause,
      counted: true,
      explanation: 'It restarted.',
      from: containerId(`run ${index}`),
      to: containerId(`run ${index + 1}`),
      downtimeMs: downMs,
      backoffMs,
      evidence: [`event-${index}`],
    });
  }
  run(turns.length, lastRanMs);
  return {
    pod: {
      cluster: 'lab',
      ...POD,
      node: 'node1',
      workload: { kind: 'Pod', name: POD.name },
      createdAt: stamp(0),
      deletedAt: null,
    },
    summary: {
      restarts: restarts.length,
      counted: restarts.length,
      uncounted: 0,
      kubernetesRestartCount: restarts.length,
      downtimeMs: 0,
      complete: true,
    },
    sandboxes: [],
    runs,
    restarts,
    gaps: [],
    phases: [],
  };
}

export function aPhase(atMs: number, ready: string, given: Partial<Phase> = {}): Phase {
  return { at: stamp(atMs), phase: 'Running', ready, status: 'Running', restarts: 0, ...given };
}
