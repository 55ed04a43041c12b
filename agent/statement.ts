import type { AgentEvent, WatchedSource } from '../timeline/contract/agent-event.ts';
import type { Timestamp } from '../timeline/contract/primitives.ts';

/** What the recorder states about its own watching: the `raw` of an observation whose source is `agent`. */
export interface Statement {
  readonly type: AgentEvent['type'];
  readonly watched: WatchedSource;
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  readonly reason?: string;
  readonly dropped?: number;
}
