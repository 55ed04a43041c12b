import type { Cause } from '../contract/timeline.ts';

/**
 * The rules by which patterns are told, with their numbers. Nothing else in this folder holds a number of its own.
 *
 * **Crash loop**: `CRASH_LOOP.minRestarts` restarts of a container in a row, each after a run that did not last
 * `CRASH_LOOP.goodRunMs` and that ended in one of `CRASH_LOOP.causes`; where what ended the runs was never seen, only
 * if the kubelet itself named a back-off.
 *
 * **Flapping**: `FLAPPING.minRestarts` restarts of a container, each surely within `FLAPPING.lookMs` of the one before;
 * or `FLAPPING.minLosses` losses of readiness, no two more than `FLAPPING.maxApartMs` apart, while the containers ran.
 *
 * **Slow loop**: `SLOW_LOOP.minIntervals` or more intervals from start to start in a row, each with a run of
 * `SLOW_LOOP.minRunMs` or longer, none further than `SLOW_LOOP.maxSpread` from the middle of their range, and so steady
 * for their number that chance gives the like in at most one of `1 / SLOW_LOOP.maxChance` containers.
 *
 * **Restart after each deploy**: `AFTER_DEPLOY.minDeploys` deploys or more of a container, after each of them a restart
 * within `AFTER_DEPLOY.withinMs`, and more restarts so than at other times.
 */

/** The kubelet's back-off between restarts of one container (kubelet.go `backOffPeriod`, `MaxContainerBackOff`). */
export const BACK_OFF = {
  /** The first wait. The restart before it waits for nothing: there is no entry yet (kuberuntime `doBackOff`). */
  firstMs: 10_000,
  /** Each wait is that many times the one before. */
  factor: 2,
  /** The longest wait, unless the node is set to a shorter one (KEP-4603). */
  longestMs: 300_000,
  /** A wait that is told from the container's own times, which are whole seconds, can come out this much too short. */
  slackMs: 2_000,
} as const;

export const CRASH_LOOP = {
  /** The first restart waits for nothing, the second 10 s: with the third the wait has grown, which is what loops. */
  minRestarts: 3,
  /** A run of ten minutes resets the back-off (client-go `flowcontrol.Backoff`, twice the longest wait). */
  goodRunMs: 600_000,
  /** Ends that the container itself brings on; what others do to it is no crash, however often. */
  causes: new Set<Cause>([
    'exited',
    'oom-killed',
    'liveness-failed',
    'startup-probe-failed',
    'hook-failed',
    'unknown',
  ]),
} as const;

export const FLAPPING = {
  /** The kubelet looks at its containers once a second (PLEG, `genericPlegRelistPeriod`): what is faster it misses. */
  lookMs: 1_000,
  /** Two restarts within a look can be one act and its echo; a third is a way of behaving. */
  minRestarts: 3,
  /**
   * A readiness probe at its defaults (every 10 s, lost after 3 failures, regained after 1 success) can lose a
   * container every 40 s. Once is a hiccup and twice may be its echo.
   */
  minLosses: 3,
  /** Longer than that apart, each loss is a story of its own; it is also the kubelet's longest back-off. */
  maxApartMs: 300_000,
  /** A loss of readiness this near to the end or the start of a run is that run's doing: a look, and whole seconds. */
  runNearMs: 2_000,
} as const;

export const SLOW_LOOP = {
  /** With fewer, no steadiness is proof enough. */
  minIntervals: 4,
  /** A shorter run does not reset the back-off, whose longest wait then sets the pace, as steady as any leak. */
  minRunMs: CRASH_LOOP.goodRunMs,
  /** Load moves a leak's pace by so much; more is not steady. */
  maxSpread: 0.25,
  /**
   * How often restarts at random moments (Poisson) may be taken for a loop, at most. Together with the number of
   * intervals it says how steady they must be: 4 within 5 %, 5 within 10 %, 6 within 16 %, 8 within 25 %, if there are
   * no others; the more others, the steadier, as chance had more tries.
   */
  maxChance: 0.001,
} as const;

export const AFTER_DEPLOY = {
  /** Two deploys with a restart after them may well be chance. The pod's birth is the first one. */
  minDeploys: 3,
  /** As long as Kubernetes gives a Deployment to progress, and a container to be taken for stable. */
  withinMs: 600_000,
  /** Restarts that are a deploy, and not its consequence. */
  causes: new Set<Cause>(['spec-changed', 'resized']),
} as const;
