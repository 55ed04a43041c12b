import * as z from 'zod/mini';
import { watchedSource } from './agent-event.ts';
import { identifier, objectName, timestamp, word } from './primitives.ts';

/** An agent as the cluster list shows it: the newest instance of each duty (role and node). */
export const agentStanding = z.strictObject({
  instance: identifier,
  role: word,
  node: z.nullable(objectName),
  version: z.nullable(word),
  /** What it watches at the moment. */
  watching: z.array(watchedSource),
  /** When it last stated something about its watching. */
  statedAt: timestamp,
});
export type AgentStanding = z.infer<typeof agentStanding>;

/** A source that should be watched and is not. */
export const openGap = z.strictObject({
  source: watchedSource,
  /** Null when the whole cluster goes unwatched. */
  node: z.nullable(objectName),
  from: timestamp,
  reason: word,
});
export type OpenGap = z.infer<typeof openGap>;
