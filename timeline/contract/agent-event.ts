import * as z from 'zod/mini';
import { count, identifier, objectName, timestamp, word } from './primitives.ts';

/** The sources of the world outside, as opposed to `agent`. */
export const watchedSource = z.enum(['pod', 'event', 'docker', 'cri']);
export type WatchedSource = z.infer<typeof watchedSource>;

/**
 * What the recorder knows of itself. Coverage of a source is told by pairs: `recording-began` and `gap-closed`
 * open a watched stretch at `to`, `gap-opened` ends one at `from`. Both ends are repeated on `gap-closed`, so that
 * a gap can be read from that event alone.
 */
export const agentEvent = z.strictObject({
  id: identifier,
  source: z.literal('agent'),
  type: z.enum(['recording-began', 'gap-opened', 'gap-closed', 'events-dropped']),
  occurredAt: timestamp,
  observedAt: timestamp,
  agent: z.strictObject({
    /** One process of the agent; a restarted agent is another instance. */
    instance: identifier,
    /** Which node the instance watches; absent for one that watches the whole cluster. */
    node: z.optional(objectName),
    role: z.enum(['node', 'cluster', 'all']),
    version: z.optional(word),
  }),
  /** Counts from 0 within the instance. */
  sequence: count,
  /** Which source the statement is about. */
  watched: watchedSource,
  /** Where the unwatched stretch begins; absent where it reaches back without end (`recording-began`). */
  from: z.optional(timestamp),
  /** Where it ends. */
  to: z.optional(timestamp),
  reason: z.optional(word),
  dropped: z.optional(count),
});
export type AgentEvent = z.infer<typeof agentEvent>;
