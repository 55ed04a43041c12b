import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import {
  containerKind,
  count,
  durationMs,
  exitCode,
  identifier,
  objectName,
  podRef,
  runtimeName,
  timestamp,
  word,
} from './primitives.ts';

const image = z.string().check(z.maxLength(LIMITS.imageLength));

const running = z.strictObject({ startedAt: z.optional(timestamp) });

const waiting = z.strictObject({
  reason: z.optional(word),
  /** The length of the back-off that the kubelet says it is in ("back-off 40s restarting failed container"). */
  backoffMs: z.optional(durationMs),
});

const terminated = z.strictObject({
  exitCode,
  signal: z.optional(z.int()),
  reason: z.optional(word),
  startedAt: z.optional(timestamp),
  finishedAt: z.optional(timestamp),
  containerId: z.optional(identifier),
});
export type TerminatedState = z.infer<typeof terminated>;

const containerState = z.strictObject({
  running: z.optional(running),
  waiting: z.optional(waiting),
  terminated: z.optional(terminated),
});

export const containerStatus = z.strictObject({
  name: objectName,
  kind: containerKind,
  /** The current (or, while waiting, the last) container of this name. */
  containerId: z.optional(identifier),
  runtime: z.optional(runtimeName),
  image: z.optional(image),
  imageId: z.optional(image),
  restartCount: count,
  ready: z.boolean(),
  started: z.optional(z.boolean()),
  state: z.optional(containerState),
  lastState: z.optional(containerState),
});
export type ContainerStatus = z.infer<typeof containerStatus>;

const ownerReference = z.strictObject({
  kind: word,
  name: objectName,
  uid: z.optional(identifier),
  controller: z.optional(z.boolean()),
});

const keyValues = z.record(word, z.string().check(z.maxLength(LIMITS.labelLength)));

export const podMetadata = z.strictObject({
  createdAt: z.optional(timestamp),
  deletionTimestamp: z.optional(timestamp),
  deletionGracePeriodSeconds: z.optional(count),
  generation: z.optional(count),
  ownerReferences: z.optional(z.array(ownerReference).check(z.maxLength(16))),
  labels: z.optional(keyValues),
  annotations: z.optional(keyValues),
});
export type PodMetadata = z.infer<typeof podMetadata>;

/** A rule of KEP-5307: what to do when the container exits with one of (or none of) the values. */
const restartRule = z.strictObject({
  action: word,
  operator: z.optional(word),
  values: z.optional(z.array(exitCode).check(z.maxLength(255))),
});

const specContainer = z.strictObject({
  name: objectName,
  kind: containerKind,
  image: z.optional(image),
  restartPolicy: z.optional(word),
  restartRules: z.optional(z.array(restartRule).check(z.maxLength(20))),
});
export type SpecContainer = z.infer<typeof specContainer>;

export const podSpec = z.strictObject({
  nodeName: z.optional(objectName),
  restartPolicy: z.optional(word),
  terminationGracePeriodSeconds: z.optional(count),
  priority: z.optional(z.int()),
  containers: z.optional(z.array(specContainer).check(z.maxLength(LIMITS.containersPerPod))),
});
export type PodSpec = z.infer<typeof podSpec>;

const podCondition = z.strictObject({
  type: word,
  status: word,
  reason: z.optional(word),
  lastTransitionTime: z.optional(timestamp),
});

export const podStatus = z.strictObject({
  phase: z.optional(word),
  reason: z.optional(word),
  startTime: z.optional(timestamp),
  qosClass: z.optional(word),
  conditions: z.optional(z.array(podCondition).check(z.maxLength(64))),
});
export type PodStatus = z.infer<typeof podStatus>;

/** What `kubectl get pods` prints of the pod at this revision: the part of a delta that can always be read alone. */
export const podRow = z.strictObject({
  phase: word,
  /** As in READY: containers that are ready, of how many. */
  ready: z.string().check(z.maxLength(32)),
  /** As in STATUS. */
  status: z.string().check(z.maxLength(LIMITS.labelLength)),
  /** As in RESTARTS. */
  restarts: count,
});
export type PodRow = z.infer<typeof podRow>;

/**
 * One revision of a pod: what changed of the allow-listed fields since the revision before, and whole container
 * statuses for the containers that changed. `LISTED` was found by a list and carries everything; `VANISHED` was
 * missing from a list (its `resourceVersion` is the list's) and carries nothing but the reference.
 */
export const podEvent = z.strictObject({
  id: identifier,
  source: z.literal('pod'),
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'LISTED', 'VANISHED']),
  /** The newest moment that the object itself names: the source's clock, whole seconds. */
  occurredAt: timestamp,
  /** When the agent saw it: the agent's clock. */
  observedAt: timestamp,
  pod: podRef,
  resourceVersion: identifier,
  row: z.optional(podRow),
  metadata: z.optional(podMetadata),
  spec: z.optional(podSpec),
  status: z.optional(podStatus),
  containerStatuses: z.optional(z.array(containerStatus).check(z.maxLength(LIMITS.containersPerPod))),
});
export type PodEvent = z.infer<typeof podEvent>;
