import * as z from 'zod/mini';
import type { DockerEvent } from './docker-event.ts';
import { LIMITS } from './limits.ts';
import { exitCode, identifier, runtimeName, signalNumber, timestamp } from './primitives.ts';
import { ofContainer, stateFields, timeNano } from './runtime-fields.ts';

/**
 * What containerd and CRI tell of a container, in the words that Docker has for it, and `inspect`: the state found by a
 * look. They tell of no `kill` and no `stop`: who ended a container they do not say. Where the agent asks the kernel, a
 * `die` says it.
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

/** A signal that the main process of a container got, as the kernel tells it. */
const sentSignal = z.strictObject({
  signal: signalNumber,
  at: timestamp,
  /** The name of the program that sent it, which that program chose: `runc` where the runtime was asked to. */
  sender: z.optional(z.string().check(z.minLength(1), z.maxLength(LIMITS.programLength))),
  /** The kernel itself sent it: for want of memory, or as the process's PID namespace ended. */
  byKernel: z.optional(z.boolean()),
  /** It did nothing: the process ignores it, or is protected from it as the first of its PID namespace. */
  ignored: z.optional(z.boolean()),
});
export type SentSignal = z.infer<typeof sentSignal>;

const sentSignals = z.strictObject({
  /** From when on none was missed. */
  since: timestamp,
  /** Of each kind the newest, in order; empty where there was none. */
  received: z.array(sentSignal).check(z.maxLength(LIMITS.signalsPerEnd)),
});

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
    /** Of a `die`: the signals that the main process got from others; absent where its last minute was not watched. */
    signals: z.optional(sentSignals),
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
