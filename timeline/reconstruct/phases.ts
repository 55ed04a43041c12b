import type { PodEvent } from '../contract/pod-event.ts';
import type { Phase } from '../contract/timeline.ts';

/**
 * What `kubectl get pods --watch` would have printed, without the lines that repeat the one before. The time is the
 * agent's: a revision does not say when it was made to more than a second.
 */
export class PhaseReader {
  readonly phases: Phase[] = [];
  #last: Phase | undefined;

  /** To be called with every revision, in the order of their resourceVersions. */
  see({ row, observedAt }: PodEvent): void {
    if (row === undefined) return;
    const { phase, ready, status, restarts } = row;
    const last = this.#last;
    const same =
      last !== undefined &&
      last.phase === phase &&
      last.ready === ready &&
      last.status === status &&
      last.restarts === restarts;
    if (same) return;
    this.#last = { at: observedAt, phase, ready, status, restarts };
    this.phases.push(this.#last);
  }
}
