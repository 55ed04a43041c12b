import * as z from 'zod/mini';
import { count, durationMs, exitCode, identifier, signalNumber, timestamp, word } from './primitives.ts';
import { ofContainer, stateFields, timeNano } from './runtime-fields.ts';

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

/** What `docker inspect` says of a container's one current or last execution. */
const inspectState = z.strictObject({
  ...stateFields,
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
    /** The pod is from the kubelet's labels; a container without them is a pod of one, its UID the container ID. */
    ...ofContainer,
    exitCode: z.optional(exitCode),
    /** The signal's number, of a `kill`. */
    signal: z.optional(signalNumber),
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
