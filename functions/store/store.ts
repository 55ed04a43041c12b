import type { AgentStanding, OpenGap } from '../../timeline/contract/agents.ts';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Dimension, RestartRecord } from '../../timeline/contract/report.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import type { CellFilter, CellTable } from '../../timeline/reports/cells.ts';
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

export interface CountQuery {
  readonly by: readonly Dimension[];
  readonly filter: CellFilter;
}

/** A stretch of time; without an end, up to now. */
export interface During {
  readonly from: string;
  readonly to?: string | undefined;
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

export interface RestartFilter {
  /** Those that the reader may know of; absent for all. */
  readonly clusters?: ReadonlySet<string> | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  /** `KIND/NAME`. */
  readonly workload?: string | undefined;
  readonly container?: string | undefined;
  readonly cause?: string | undefined;
  readonly counted?: boolean | undefined;
}

export interface RestartQuery extends RestartFilter {
  /** The last week, when nothing is said. */
  readonly from?: string | undefined;
  /** Up to but not with it. */
  readonly to?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string | undefined;
}

export interface WorkloadQuery {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

export interface WorkloadPods {
  /** Newest first. */
  readonly pods: readonly PodSummary[];
  /** How many more were found, all of them older. */
  readonly leftOut: number;
  /** True when not all could be looked at: then there may be still more, newer ones too. */
  readonly more: boolean;
}

/** What is left of what was recorded of a pod. */
export interface PodHistory {
  /** Oldest first, each id once. */
  readonly events: readonly RecordedEvent[];
  /** Until when there was more, which is kept no longer; absent while all is there. */
  readonly forgottenUntil?: string | undefined;
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
  /** As `podEvents`, and whether that is all. */
  podHistory(cluster: string, uid: string): Promise<PodHistory>;
  /** A pod's summary; undefined if nothing is recorded of it. */
  podSummary(cluster: string, uid: string): Promise<PodSummary | undefined>;
  /**
   * What is known of the watching and of the node, for a pod on `node` (null: on none that we know): of the time that
   * matters, and what held when it began; or all that there is. What was said in the last second may be missing.
   */
  surroundings(cluster: string, node: string | null, during?: During): Promise<readonly RecordedEvent[]>;
  /** Pods of that namespace and name, newest first. */
  podsNamed(cluster: string, namespace: string, name: string): Promise<readonly PodSummary[]>;
  pods(cluster: string, query: PodQuery, limit: number, cursor?: string): Promise<Page<PodSummary>>;
  /** The newest pods of a workload, `limit` at most. */
  workloadPods(cluster: string, workload: WorkloadQuery, limit: number): Promise<WorkloadPods>;
  /** Restarts of all clusters, newest first. */
  restarts(query: RestartQuery, limit: number, cursor?: string): Promise<Page<RestartRecord>>;
  /**
   * Counts the restarts of spans, each by what is asked for and by what is filtered by.
   * @throws ReportNotReadyError when so much must be counted first that another request has to go on with it
   */
  countRestarts(spans: readonly Span[], query: CountQuery): Promise<readonly CellTable[]>;
  clusters(limit: number, cursor?: string): Promise<Page<ClusterSummary>>;
  /** Those of the named clusters that were heard of, in the order of the names; no other is looked at. */
  clustersNamed(names: readonly string[]): Promise<readonly ClusterSummary[]>;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
}
