import * as z from 'zod/mini';
import { watchedSource } from './agent-event.ts';
import { logTail } from './log-event.ts';
import { pattern } from './pattern.ts';
import { podRow } from './pod-event.ts';
import {
  clusterName,
  containerKind,
  count,
  durationMs,
  exitCode,
  identifier,
  objectName,
  runtimeName,
  timestamp,
  word,
} from './primitives.ts';
import { CAUSES } from './words.ts';

export const cause = z.enum(CAUSES);
export type Cause = z.infer<typeof cause>;

export const workload = z.strictObject({ kind: word, name: objectName });
export type Workload = z.infer<typeof workload>;

const orNull = <T extends z.ZodMiniType>(type: T) => z.nullable(type);

export const timelinePod = z.strictObject({
  cluster: clusterName,
  namespace: objectName,
  name: objectName,
  uid: identifier,
  node: orNull(objectName),
  workload,
  createdAt: orNull(timestamp),
  deletedAt: orNull(timestamp),
});
export type TimelinePod = z.infer<typeof timelinePod>;

export const restartSummary = z.strictObject({
  restarts: count,
  counted: count,
  uncounted: count,
  /** The pod's RESTARTS as Kubernetes last said it; null when no status was seen. */
  kubernetesRestartCount: orNull(count),
  downtimeMs: durationMs,
  /** False when a gap overlaps the pod's life. */
  complete: z.boolean(),
  /**
   * Restarts that `restartCount` proves beyond `restarts`: at least so many more took place, of which no run was seen
   * (before recording began, in a gap, or too short to be noticed). Absent when it proves none.
   */
  unseen: z.optional(count),
});
export type RestartSummary = z.infer<typeof restartSummary>;

export const sandbox = z.strictObject({
  id: identifier,
  attempt: orNull(count),
  createdAt: orNull(timestamp),
  finishedAt: orNull(timestamp),
  /**
   * What ended it: a cause of the `sandbox-` family, `runtime-restarted`, `kubelet-restarted`, `node-rebooted`,
   * `pod-deleted`, or null while it lives or when unknown.
   */
  endedBy: orNull(word),
});
export type Sandbox = z.infer<typeof sandbox>;

export const run = z.strictObject({
  container: objectName,
  kind: containerKind,
  containerId: identifier,
  runtime: runtimeName,
  /** The kubelet's attempt number, from the container's label or the status that named it. */
  attempt: orNull(count),
  sandboxId: orNull(identifier),
  image: orNull(z.string()),
  imageId: orNull(z.string()),
  createdAt: orNull(timestamp),
  startedAt: orNull(timestamp),
  readyAt: orNull(timestamp),
  finishedAt: orNull(timestamp),
  exitCode: orNull(exitCode),
  signal: orNull(word),
  reason: orNull(word),
  /** True when the kubelet made up the end (`ContainerStatusUnknown`, 137) because it found no container. */
  synthetic: z.optional(z.boolean()),
});
export type Run = z.infer<typeof run>;

export const restart = z.strictObject({
  /** When the new run started; when it was created if no start was seen; null if neither was. */
  at: orNull(timestamp),
  container: objectName,
  cause,
  counted: z.boolean(),
  explanation: z.string(),
  from: identifier,
  to: identifier,
  /** From the end of the old run to the start of the new one; null when either was not seen. */
  downtimeMs: orNull(durationMs),
  backoffMs: durationMs,
  evidence: z.array(identifier),
  /** What the old run wrote last; only where an agent was asked to send it, and only in the timeline of the pod. */
  log: z.optional(logTail),
});
export type Restart = z.infer<typeof restart>;

export const gap = z.strictObject({
  source: watchedSource,
  /** Null: from before anything is known. */
  from: orNull(timestamp),
  /** Null: still open. */
  to: orNull(timestamp),
  reason: word,
});
export type Gap = z.infer<typeof gap>;

export const phase = z.extend(podRow, { at: timestamp });
export type Phase = z.infer<typeof phase>;

export const podLink = z.strictObject({ uid: identifier, href: z.string() });

/** The reconstructed account of one pod. */
export const timeline = z.strictObject({
  pod: timelinePod,
  summary: restartSummary,
  sandboxes: z.array(sandbox),
  runs: z.array(run),
  restarts: z.array(restart),
  gaps: z.array(gap),
  phases: z.array(phase),
  /** Earlier pods of the same namespace and name, newest first; only when asked for by name. */
  previous: z.optional(z.array(podLink)),
  /** How the restarts repeat; the API fills it in. */
  patterns: z.optional(z.array(pattern)),
});
export type Timeline = z.infer<typeof timeline>;
