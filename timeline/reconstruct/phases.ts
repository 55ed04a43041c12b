import type { PodEvent } from '../contract/pod-event.ts';
import type { Phase } from '../contract/timeline.ts';

/**
 * What `kubectl get pods --watch` would have printed, without the lines that repeat the one before. The time is the
 * agent's: a revision does not say when it was made to more than a second.
 *
 * @param revisions in the order of their resourceVersions
 */
export function phasesOf(revisions: readonly PodEvent[]): Phase[] {
  const phases: Phase[] = [];
  for (const { row, observedAt } of revisions) {
    if (row === undefined) continue;
    const last = phases.at(-1);
    const same =
      last !== undefined &&
      last.phase === row.phase &&
      last.ready === row.ready &&
      last.status === row.status &&
      last.restarts === row.restarts;
    if (!same) phases.push({ at: observedAt, ...row });
  }
  return phases;
}
