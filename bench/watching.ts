import type { AgentEvent } from '../timeline/contract/agent-event.ts';
import { identified } from '../timeline/contract/event.ts';

/** What an agent of a node states when it begins: that it watches pods, Kubernetes Events and Docker from now on. */
export function watching(atMs: number, node: string): readonly AgentEvent[] {
  const at = new Date(atMs).toISOString();
  return (['pod', 'event', 'docker'] as const).map((watched, sequence) =>
    identified({
      source: 'agent' as const,
      type: 'recording-began' as const,
      occurredAt: at,
      observedAt: at,
      agent: { instance: `agent ${atMs}`, node, role: 'all' as const },
      sequence,
      watched,
      to: at,
    }),
  );
}
