import type { Counting } from './counting.ts';
import type { KubeletTrace } from './kubelet-traces.ts';
import type { RunEnd } from './run-end.ts';
import type { RunTrace } from './run-trace.ts';

/** What is known of one restart, for those who put it into words. */
export interface RestartFacts {
  readonly run: RunTrace;
  readonly next: RunTrace;
  readonly end: RunEnd;
  readonly counting: Counting;
  readonly downtimeMs: number | null;
  readonly backoffMs: number;
  /** An init container that was done and ran again: it was not down. */
  readonly rerun: boolean;
  readonly kubelet: KubeletTrace;
  /** The restart policy that governs the container, where one was told. */
  readonly policy: string | undefined;
  /** Whether there may have been more restarts between the two runs. */
  readonly mayMissRestarts: boolean;
  readonly standalone: boolean;
}
