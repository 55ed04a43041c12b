import type { OpenGap } from '../../timeline/contract/agents.ts';
import type { ClusterSummary } from '../../timeline/contract/lists.ts';
import { compareText } from '../../timeline/text-order.ts';

/** Whether a cluster is recorded at the moment: wholly, in part, or not at all. */
export type Health = 'recorded' | 'gaps' | 'unwatched';

export interface ClusterHealth {
  readonly health: Health;
  readonly words: string;
  /** One line for each open gap, those of the whole cluster first. */
  readonly gaps: readonly OpenGap[];
}

/**
 * What is watched of a cluster. Silence says nothing: agents send when something happens, and a calm cluster is a
 * healthy one; so only what agents state of their watching counts.
 */
export function healthOf({ agents, openGaps }: Pick<ClusterSummary, 'agents' | 'openGaps'>): ClusterHealth {
  const gaps = [...openGaps].sort((a, b) => Number(a.node !== null) - Number(b.node !== null));
  const isWatched = agents.some(({ watching }) => watching.length > 0);
  if (!isWatched) return { health: 'unwatched', words: 'not being recorded', gaps };
  if (gaps.length > 0)
    return { health: 'gaps', words: gaps.length === 1 ? '1 open gap' : `${gaps.length} open gaps`, gaps };
  return { health: 'recorded', words: 'recording', gaps };
}

const SEVERITY: Readonly<Record<Health, number>> = { unwatched: 0, gaps: 1, recorded: 2 };

/** Those that need looking after first, each kind by name. */
export function worstFirst(clusters: readonly ClusterSummary[]): readonly ClusterSummary[] {
  return clusters.toSorted(
    (a, b) => SEVERITY[healthOf(a).health] - SEVERITY[healthOf(b).health] || compareText(a.name, b.name),
  );
}
