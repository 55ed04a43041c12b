import type { AgentStanding, OpenGap } from '../../timeline/contract/agents.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { RestartSummary, TimelinePod } from '../../timeline/contract/timeline.ts';

/** What became of one event of a batch. */
export type PutOutcome = 'accepted' | 'duplicate';

/** A pod as it is listed: who it is, and what restarted. `complete` needs the gaps and is not part of it. */
export interface PodSummary {
  readonly pod: TimelinePod;
  readonly summary: Omit<RestartSummary, 'complete'>;
  readonly lastRestartAt: string | null;
  readonly lastEventAt: string;
}

export interface ClusterSummary {
  readonly name: string;
  readonly lastHeardAt: string;
  readonly firstHeardAt: string;
  readonly agents: readonly AgentStanding[];
  readonly openGaps: readonly OpenGap[];
}

export interface PodQuery {
  readonly namespace?: string | undefined;
  readonly workload?: string | undefined;
  readonly name?: string | undefined;
  readonly node?: string | undefined;
  readonly restarted?: boolean | undefined;
  /** Pods with an event at or after this time. */
  readonly since?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string | undefined;
}

/** Where the history is kept. One adapter, DynamoDB; tests hold it to one suite on each engine. */
export interface Store {
  /**
   * Makes the events durable, and everything that is derived from them: when it resolves, each read sees them.
   * Idempotent: a repetition changes nothing, and repairs what a crash left half done. Outcomes are by index.
   */
  putEvents(cluster: string, events: readonly RecordedEvent[]): Promise<readonly PutOutcome[]>;
  /** All events of a pod, oldest first, each id once. */
  podEvents(cluster: string, uid: string): Promise<readonly RecordedEvent[]>;
  /** A pod's summary; undefined if nothing is recorded of it. */
  podSummary(cluster: string, uid: string): Promise<PodSummary | undefined>;
  /** What is known of the watching and of the node, for a pod on `node` (null: on none that we know). */
  surroundings(cluster: string, node: string | null): Promise<readonly RecordedEvent[]>;
  /** Pods of that namespace and name, newest first. */
  podsNamed(cluster: string, namespace: string, name: string): Promise<readonly PodSummary[]>;
  pods(cluster: string, query: PodQuery, limit: number, cursor?: string): Promise<Page<PodSummary>>;
  clusters(limit: number, cursor?: string): Promise<Page<ClusterSummary>>;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
}
