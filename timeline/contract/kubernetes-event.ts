import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import { count, identifier, objectName, podRef, timestamp, word } from './primitives.ts';

/** A Kubernetes Event about a pod, or about a node (then `pod` is absent and `node` says which). */
export const kubernetesEvent = z
  .strictObject({
    id: identifier,
    source: z.literal('event'),
    type: z.enum(['ADDED', 'MODIFIED', 'LISTED']),
    /** `series.lastObservedTime`, `lastTimestamp` or `eventTime`, whichever the Event has, in that order. */
    occurredAt: timestamp,
    observedAt: timestamp,
    pod: z.optional(podRef),
    node: z.optional(objectName),
    uid: identifier,
    resourceVersion: identifier,
    /** The container that `involvedObject.fieldPath` names (`spec.containers{web}`). */
    container: z.optional(objectName),
    reason: word,
    eventType: z.optional(word),
    /** Only for reasons on the allow-list, and only the part of it that cannot hold a command line. */
    message: z.optional(z.string().check(z.maxLength(LIMITS.messageLength))),
    count: z.optional(count),
    firstAt: z.optional(timestamp),
    component: z.optional(word),
  })
  .check(
    z.refine((event) => (event.pod === undefined) !== (event.node === undefined), {
      path: ['pod'],
      error: 'an Event is about a pod or about a node: give exactly one of "pod" and "node"',
    }),
  );
export type KubernetesEvent = z.infer<typeof kubernetesEvent>;
