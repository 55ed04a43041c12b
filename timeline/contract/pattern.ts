import * as z from 'zod/mini';
import { count, durationMs, objectName, timestamp } from './primitives.ts';

/** The ways in which restarts repeat that have a name. The list may grow; a kind is never renamed. */
export const PATTERN_KINDS = ['crash-loop', 'flapping', 'slow-loop', 'restart-after-deploy'] as const;

/** The kubelet's waits of a crash loop. */
export const backOffLadder = z.strictObject({
  /** The waits that the kubelet named, oldest first; those that it was not heard to name are left out. */
  waitsMs: z.array(durationMs),
  /** The wait to come if the container ends again before the back-off is reset; null if none can be told. */
  nextMs: z.nullable(durationMs),
});
export type BackOffLadder = z.infer<typeof backOffLadder>;

/** A way in which the restarts of a container, or the readiness of its pod, repeat. */
export const pattern = z.strictObject({
  kind: z.enum(PATTERN_KINDS),
  /** Null when it is the pod's: kubectl tells the readiness of all containers in one number. */
  container: z.nullable(objectName),
  from: timestamp,
  to: timestamp,
  /** How often it came: restarts, losses of readiness, or deploys with a restart after them. */
  count,
  /** The typical time from one start to the next, or from one loss of readiness to the next. */
  periodMs: z.optional(durationMs),
  /** How far the intervals stray from the middle of their range, as a part of it: 0.1 is 10 % to either side. */
  spread: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  backOff: z.optional(backOffLadder),
  explanation: z.string(),
  /** Which of the timeline's `restarts` it is made of, by index. */
  restarts: z.array(count),
  /** Which of the timeline's `phases` it is made of, by index. */
  phases: z.optional(z.array(count)),
});
export type Pattern = z.infer<typeof pattern>;
