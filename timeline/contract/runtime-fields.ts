import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import { count, exitCode, identifier, objectName, podRef, timestamp, word } from './primitives.ts';

/** Nanoseconds since the epoch as decimal text: they do not fit a JSON number. */
export const timeNano = z
  .string()
  .check(z.regex(/^\d{1,19}$/, 'must be nanoseconds since the epoch, in digits'));

/** Which container of which pod an event of a runtime is about, whatever the runtime. */
export const ofContainer = {
  pod: podRef,
  /** `sandbox` is the pause container that holds a pod's namespaces. */
  role: z.enum(['container', 'sandbox']),
  /** The container's name in the pod; for a sandbox, `POD`. */
  container: objectName,
  containerId: identifier,
  sandboxId: z.optional(identifier),
  /** The kubelet's attempt, which is the `restartCount` that it gave the container. */
  attempt: z.optional(count),
  image: z.optional(z.string().check(z.maxLength(LIMITS.imageLength))),
};

/** What a look at a container says of its one current or last execution. */
export const stateFields = {
  status: word,
  createdAt: z.optional(timestamp),
  startedAt: z.optional(timestamp),
  finishedAt: z.optional(timestamp),
  exitCode: z.optional(exitCode),
  oomKilled: z.optional(z.boolean()),
};
