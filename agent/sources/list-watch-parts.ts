import type { Clock } from '../clock.ts';
import type { Tell } from '../telemetry/happening.ts';
import { REFUSED_BOUNDS, type RetryBounds, UNREACHABLE_BOUNDS } from './failure-count.ts';
import type { KubernetesClient } from './kubernetes-api.ts';
import type { ListWatchState } from './list-watch-state.ts';

/** The parts that a list-watch works with. */
export interface ListWatchParts {
  readonly client: KubernetesClient;
  readonly state: ListWatchState;
  readonly clock: Clock;
  /** Gives a number in [0, 1), as `Math.random` does. */
  readonly random: () => number;
  readonly tell: Tell;
  readonly tuning?: Partial<Tuning>;
}

export interface Tuning {
  readonly pageLimit: number;
  readonly maxPageBytes: number;
  /** etcd holds objects of up to 1.5 MB; as JSON they can be a few times that. */
  readonly maxFrameBytes: number;
  /** An API server itself takes no longer for a list (`--request-timeout`, 1 min). */
  readonly answerTimeoutMs: number;
  readonly settleMs: number;
  readonly gapAfterMs: number;
  /** When a watch is to end, at random between these: agents that began together do not return together. */
  readonly watchSeconds: { readonly min: number; readonly max: number };
  readonly unreachable: RetryBounds;
  readonly refused: RetryBounds;
  /** How long after one the next look at whether what is known is what is there, when a watch ends; never if infinite. */
  readonly checkEveryMs: number;
  /** How many frames may be observed before the first of them is safe: they share an fsync. */
  readonly maxAhead: number;
}

/** What suits a cluster of any size. */
export const TUNING: Tuning = {
  pageLimit: 500,
  maxPageBytes: 64 * 1024 * 1024,
  maxFrameBytes: 8 * 1024 * 1024,
  answerTimeoutMs: 60_000,
  settleMs: 2_000,
  gapAfterMs: 10_000,
  watchSeconds: { min: 240, max: 300 },
  unreachable: UNREACHABLE_BOUNDS,
  refused: REFUSED_BOUNDS,
  checkEveryMs: Number.POSITIVE_INFINITY,
  // At 5,000 frames a second, 50 ms of them: slower than any disk is.
  maxAhead: 256,
};
