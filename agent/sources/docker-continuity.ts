import type { Raw } from '../trim/readers.ts';
import { nanoOf, type RecentMessages } from './docker-message.ts';

/** The Engine keeps this many past events of all kinds, and none over a restart (moby, daemon/events: `eventsLimit`). */
export const RING_SIZE = 256;

export type Continuity = 'resumed' | 'docker-restarted' | 'docker-unreachable';

/**
 * Whether anything was lost while the Engine was not watched, from the ring of its past events.
 *
 * Nothing was, if the ring still holds an event that was seen, or reaches back before the gap: what happened since is
 * in it. If not, and the ring has not yet run over, then it was begun anew: a restart.
 *
 * @param ring all that the Engine keeps, of all kinds, oldest first
 * @param gapFromNano when the gap began
 */
export function continuityOf(ring: readonly Raw[], recent: RecentMessages, gapFromNano: bigint): Continuity {
  const reachesBack = ring.some((message) => (nanoOf(message) ?? gapFromNano) < gapFromNano);
  if (reachesBack || ring.some((message) => recent.has(message))) return 'resumed';
  return ring.length < RING_SIZE && recent.newestNano !== undefined
    ? 'docker-restarted'
    : 'docker-unreachable';
}
