import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import {
  count,
  durationMs,
  exitCode,
  identifier,
  objectName,
  podRef,
  timestamp,
  word,
} from './primitives.ts';

/** The Docker Engine's container actions that podlapse records, and `inspect`: the state found by a look. */
export const DOCKER_ACTIONS = [
  'create',
  'start',
  'kill',
  'die',
  'stop',
  'oom',
  'destroy',
  'pause',
  'unpause',
  'restart',
  'health_status',
  'inspect',
] as const;

/** Nanoseconds since the epoch as decimal text: they do not fit a JSON number. */
const timeNano = z.string().check(z.regex(/^\d{1,19}$/, 'must be nanoseconds since the epoch, in digits'));

/** What `docker inspect` says of a container's one current or last execution. */
const inspectState = z.strictObject({
  status: word,
  createdAt: z.optional(timestamp),
  startedAt: z.optional(timestamp),
  finishedAt: z.optional(timestamp),
  exitCode: z.optional(exitCode),
  oomKilled: z.optional(z.boolean()),
  /** Restarts by Docker's own restart policy; never set for the kubelet's containers. */
  restartCount: z.optional(count),
});

export const dockerEvent = z
  .strictObject({
    id: identifier,
    source: z.literal('docker'),
    action: z.enum(DOCKER_ACTIONS),
    /** `timeNano` as a timestamp: the node's clock. */
    occurredAt: timestamp,
    observedAt: timestamp,
    timeNano,
    /** From the kubelet's labels; a container without them is a pod of one container, its UID the container ID. */
    pod: podRef,
    /** `sandbox` is the pause container that holds a pod's namespaces. */
    role: z.enum(['container', 'sandbox']),
    /** The container's name in the pod; for a sandbox, `POD`. */
    container: objectName,
    containerId: identifier,
    sandboxId: z.optional(identifier),
    /** The kubelet's attempt (label `annotation.io.kubernetes.container.restartCount`, or the end of the name). */
    attempt: z.optional(count),
    image: z.optional(z.string().check(z.maxLength(LIMITS.imageLength))),
    exitCode: z.optional(exitCode),
    /** The signal's number, of a `kill`. */
    signal: z.optional(z.int().check(z.minimum(0), z.maximum(128))),
    /** How long the execution took, of a `die` (whole seconds at Docker). */
    executionMs: z.optional(durationMs),
    health: z.optional(word),
    state: z.optional(inspectState),
  })
  .check(
    z.refine((event) => event.action !== 'inspect' || event.state !== undefined, {
      path: ['state'],
      error: 'an "inspect" must carry "state"',
    }),
  );
export type DockerEvent = z.infer<typeof dockerEvent>;
export type DockerAction = DockerEvent['action'];
