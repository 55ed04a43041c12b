import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';
import { count, identifier, objectName, podRef, timestamp } from './primitives.ts';

const lines = z
  .array(z.string().check(z.maxLength(LIMITS.logLength)))
  .check(z.minLength(1), z.maxLength(LIMITS.logLines));

/** What a container's run wrote last. What the agent's rules took for a secret is no longer in it. */
export const logTail = z.strictObject({
  /** Oldest first. */
  lines,
  /** Whether something was cut off: of a line, or lines that were asked for. */
  truncated: z.boolean(),
  /** How many passages the rules replaced. */
  redacted: count,
});
export type LogTail = z.infer<typeof logTail>;

/**
 * The last lines of a run that ended, as the kubelet had them when another run had taken its place. An agent sends it
 * only where whoever runs it asked for that. It bears on no other fact of a timeline.
 */
export const logEvent = z
  .strictObject({
    id: identifier,
    source: z.literal('log'),
    /** When it was read: the lines themselves are from before. */
    occurredAt: timestamp,
    observedAt: timestamp,
    pod: podRef,
    container: objectName,
    /** The run that wrote it. */
    containerId: identifier,
    ...logTail.shape,
  })
  .check(
    z.refine((event) => event.lines.reduce((sum, line) => sum + line.length, 0) <= LIMITS.logLength, {
      path: ['lines'],
      error: `all "lines" together must not be longer than ${LIMITS.logLength} characters`,
    }),
  );
export type LogEvent = z.infer<typeof logEvent>;
