import * as z from 'zod/mini';
import { type AgentEvent, agentEvent } from '../../timeline/contract/agent-event.ts';
import type { Statement } from '../statement.ts';

/** What the agent says of itself in each of its own events. */
export type AgentIdentity = AgentEvent['agent'];

const statement = z.pick(agentEvent, {
  type: true,
  watched: true,
  from: true,
  to: true,
  reason: true,
  dropped: true,
});

/** A statement as it stands in a recording, which anyone can have written; undefined if it is none. */
export function parseStatement(raw: unknown): Statement | undefined {
  const parsed = statement.safeParse(raw);
  return parsed.success ? (parsed.data as Statement) : undefined;
}
