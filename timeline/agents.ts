import type { AgentEvent } from './contract/agent-event.ts';
import type { AgentStanding, OpenGap } from './contract/agents.ts';
import { compareTimes, latest } from './time.ts';

/** What a statement is about: one source, watched by whoever has one duty. A later instance takes the duty over. */
export function dutyOf({ agent, watched }: AgentEvent): string {
  return JSON.stringify([agent.role, agent.node ?? null, watched]);
}

/** Whether a statement says if its source is watched now: what was dropped in the past does not. */
export function tellsStanding({ type }: AgentEvent): boolean {
  return type !== 'events-dropped';
}

/** Whether `statement` is newer than `other` of the same duty: later, or said later by the same instance. */
export function isNewer(statement: AgentEvent, other: AgentEvent): boolean {
  if (statement.agent.instance === other.agent.instance) return statement.sequence > other.sequence;
  const order = compareTimes(statement.occurredAt, other.occurredAt);
  return order === 0 ? statement.agent.instance > other.agent.instance : order > 0;
}

/**
 * Who watches what at the moment, and what goes unwatched.
 *
 * @param statements of one cluster; only the newest of each duty speaks
 */
export function readStanding(statements: Iterable<AgentEvent>): {
  agents: AgentStanding[];
  openGaps: OpenGap[];
} {
  const newest = new Map<string, AgentEvent>();
  for (const statement of statements) {
    if (!tellsStanding(statement)) continue;
    const duty = dutyOf(statement);
    const known = newest.get(duty);
    if (known === undefined || isNewer(statement, known)) newest.set(duty, statement);
  }
  const agents = new Map<string, AgentStanding>();
  const openGaps: OpenGap[] = [];
  for (const { agent, watched, from, to, reason, occurredAt } of newest.values()) {
    const node = agent.node ?? null;
    const standing = agents.get(agent.instance) ?? {
      instance: agent.instance,
      role: agent.role,
      node,
      version: agent.version ?? null,
      watching: [],
      statedAt: occurredAt,
    };
    standing.statedAt = latest(standing.statedAt, occurredAt) ?? occurredAt;
    if (to !== undefined) standing.watching = [...standing.watching, watched].sort();
    else if (from !== undefined) openGaps.push({ source: watched, node, from, reason: reason ?? 'unknown' });
    agents.set(agent.instance, standing);
  }
  return {
    agents: [...agents.values()]
      .filter(({ watching }) => watching.length > 0)
      .sort((a, b) => (a.instance < b.instance ? -1 : 1)),
    openGaps: openGaps.sort((a, b) => compareTimes(a.from, b.from) || (a.source < b.source ? -1 : 1)),
  };
}
