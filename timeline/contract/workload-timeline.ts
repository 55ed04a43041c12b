import * as z from 'zod/mini';
import { pattern } from './pattern.ts';
import { clusterName, count, durationMs, identifier, objectName, timestamp, word } from './primitives.ts';
import { gap, restart, restartSummary, timelinePod, workload } from './timeline.ts';

/** Why a pod of a workload ended and, mostly, another took its place. The list may grow; a cause is never renamed. */
export const REPLACEMENT_CAUSES = [
  'rollout',
  'scaled',
  'evicted',
  'preempted',
  'drained',
  'deleted',
  'node-lost',
  'completed',
  /** The kubelet would not run it (`OutOfcpu`, `NodeAffinity`, …). */
  'rejected',
  'unknown',
] as const;
export const replacementCause = z.enum(REPLACEMENT_CAUSES);
export type ReplacementCause = z.infer<typeof replacementCause>;

const tally = z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));
const image = z.string();

export const containerImage = z.strictObject({ container: objectName, image });
export type ContainerImage = z.infer<typeof containerImage>;

/** One pod of a workload, living or gone. */
export const workloadPod = z.strictObject({
  pod: timelinePod,
  /** `pod-template-hash` or `controller-revision-hash`; null where the controller sets neither. */
  revision: z.nullable(word),
  /** Of the first 20 containers: one answer holds 200 pods. */
  images: z.array(containerImage),
  /** The first start of an app container. */
  startedAt: z.nullable(timestamp),
  /** When all of its containers were first seen to be ready. */
  readyAt: z.nullable(timestamp),
  /** When it was asked to go, or ended by itself; null while it lives, and where that was not seen. */
  leftAt: z.nullable(timestamp),
  /** When the last of its app containers had ended; null while it lives, and where that was not seen. */
  endedAt: z.nullable(timestamp),
  summary: restartSummary,
  /** The path of its own timeline; the API fills it in. */
  href: z.optional(z.string()),
});
export type WorkloadPod = z.infer<typeof workloadPod>;

/** The end of a pod, and the pod that took its place. */
export const replacement = z.strictObject({
  /** When the old pod was asked to go, or ended by itself; null if that was not seen. */
  at: z.nullable(timestamp),
  from: identifier,
  /** The UID of the pod that took its place; null if none was seen to. */
  to: z.nullable(identifier),
  cause: replacementCause,
  explanation: z.string(),
  /**
   * From the end of the old pod's last app container to the first start of one of the new pod; 0 if they overlap. Null
   * if either was not seen, and where no pod was wanted in between (`scaled`).
   */
  downtimeMs: z.nullable(durationMs),
  evidence: z.array(identifier),
});
export type Replacement = z.infer<typeof replacement>;

/** A change of the pod template: from then on new pods are of another revision. */
export const rollout = z.strictObject({
  at: timestamp,
  from: word,
  to: word,
  /** The containers whose images changed, the first 20; empty where something else of the template did. */
  images: z.array(z.strictObject({ container: objectName, from: z.nullable(image), to: z.nullable(image) })),
});
export type Rollout = z.infer<typeof rollout>;

/** A restart of a container, with its pod. */
export const workloadRestart = z.extend(z.omit(restart, { log: true }), { pod: identifier });
export type WorkloadRestart = z.infer<typeof workloadRestart>;

export const workloadSummary = z.strictObject({
  /** Pods that are told of, living and gone. */
  pods: count,
  living: count,
  /** How often the workload really restarted: restarts of containers, and pods whose place another one took. */
  total: tally,
  /** Restarts of containers within pods. */
  restarts: tally,
  counted: tally,
  uncounted: tally,
  /** Pods whose place another one took. */
  replacements: tally,
  replacementsByCause: z.partialRecord(replacementCause, count),
  /** The sum of the living pods' RESTARTS, as kubectl shows them; null when no status of them was seen. */
  kubernetesRestartCount: z.nullable(tally),
  /** Of the restarts of containers. */
  downtimeMs: tally,
  /** Between pods that ended and those that took their places. */
  replacementDowntimeMs: tally,
  /** False when a gap overlaps a pod's life, and when something was left out. */
  complete: z.boolean(),
});
export type WorkloadSummary = z.infer<typeof workloadSummary>;

/** What is not told because there is too much of it: always the oldest. */
export const leftOut = z.strictObject({
  pods: count,
  /** True when there may be still more pods than were counted. */
  morePods: z.boolean(),
  restarts: tally,
});
export type LeftOut = z.infer<typeof leftOut>;

/** The account of a workload across all of its pods. */
export const workloadTimeline = z.strictObject({
  cluster: clusterName,
  namespace: objectName,
  workload,
  summary: workloadSummary,
  /** By birth, oldest first. */
  pods: z.array(workloadPod),
  /** Of every pod that ended, oldest first. */
  replacements: z.array(replacement),
  rollouts: z.array(rollout),
  /** Of containers within pods, oldest first. */
  restarts: z.array(workloadRestart),
  gaps: z.array(gap),
  leftOut,
  /** What only the pods together show; the API fills it in. Its `restarts` are indexes into the restarts here. */
  patterns: z.optional(z.array(pattern)),
});
export type WorkloadTimeline = z.infer<typeof workloadTimeline>;
