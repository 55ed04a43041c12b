import * as z from 'zod/mini';
import type { DockerEvent } from './docker-event.ts';
import { exitCode, identifier, runtimeName, timestamp } from './primitives.ts';
import { ofContainer, stateFields, timeNano } from './runtime-fields.ts';

/**
 * What containerd and CRI tell of a container, in the words that Docker has for it, and `inspect`: the state found by a
 * look. They tell of no `kill` and no `stop`: who ended a container they do not say.
 */
export const CRI_ACTIONS = [
  'create',
  'start',
  'die',
  'oom',
  'destroy',
  'pause',
  'unpause',
  'inspect',
] as const;

export const criEvent = z
  .strictObject({
    id: identifier,
    source: z.literal('cri'),
    action: z.enum(CRI_ACTIONS),
    /** `timeNano` as a timestamp: the node's clock. */
    occurredAt: timestamp,
    observedAt: timestamp,
    /** When the runtime told of it; of an end, when it ended. */
    timeNano,
    runtime: runtimeName,
    ...ofContainer,
    exitCode: z.optional(exitCode),
    state: z.optional(z.strictObject(stateFields)),
  })
  .check(
    z.refine((event) => event.action !== 'inspect' || event.state !== undefined, {
      path: ['state'],
      error: 'an "inspect" must carry "state"',
    }),
  );
export type CriEvent = z.infer<typeof criEvent>;
export type CriAction = CriEvent['action'];

/** An event of whatever runtime the node has; what only Docker tells is absent from the others'. */
export type RuntimeEvent =
  | DockerEvent
  | (CriEvent & { readonly signal?: undefined; readonly executionMs?: undefined });
