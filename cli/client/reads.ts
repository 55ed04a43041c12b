import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { ClusterRegistration, TokenRecord } from '../../timeline/contract/identity.ts';
import type {
  ClusterSummary,
  ListedRestart,
  NodeTimelinePage,
  Page,
  PodSummary,
} from '../../timeline/contract/lists.ts';
import type { RestartReport } from '../../timeline/contract/report.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import {
  type AdminListQuery,
  type ClustersQuery,
  type EventsQuery,
  type NamedTimelineQuery,
  type NodeTimelineQuery,
  pathPart,
  type PodsQuery,
  queryText,
  type ReportQuery,
  type RestartMetricsQuery,
  type RestartsQuery,
} from './queries.ts';

/** What can be read of the API: a path, and what its answer is. */
export interface Read<T> {
  readonly path: string;
  readonly accept: string;
  /** @throws SyntaxError, TypeError if the text is none of such an answer */
  readonly parse: (text: string) => T;
}

function json<T>(path: string, has: readonly string[]): Read<T> {
  return {
    path,
    accept: 'application/json',
    parse: (text) => {
      const value: unknown = JSON.parse(text);
      const missing = has.find((name) => typeof value !== 'object' || value === null || !(name in value));
      if (missing !== undefined) throw new TypeError(`it has no "${missing}"`);
      return value as T;
    },
  };
}

function plain(path: string, accept: string): Read<string> {
  return { path, accept, parse: (text) => text };
}

const page = <T>(path: string) => json<Page<T>>(path, ['items', 'cursor']);
const inCluster = (cluster: string) => `/v1/clusters/${pathPart(cluster)}`;

/** The clusters that the token may read, by name. */
export const clusters = (query: ClustersQuery = {}) =>
  page<ClusterSummary>(`/v1/clusters${queryText(query)}`);

/** The pods of a cluster, living and gone. */
export const pods = (cluster: string, query: PodsQuery = {}) =>
  page<PodSummary>(`${inCluster(cluster)}/pods${queryText(query)}`);

export interface PodTimelinePlace {
  readonly cluster: string;
  readonly uid: string;
}

export interface NamedPodPlace {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadPlace extends NamedPodPlace {
  /** As Kubernetes spells it, such as `Deployment`. */
  readonly kind: string;
}

export interface NodePlace {
  readonly cluster: string;
  readonly node: string;
}

const uidPath = ({ cluster, uid }: PodTimelinePlace) => `${inCluster(cluster)}/pods/${pathPart(uid)}`;
const namespacePath = ({ cluster, namespace }: Omit<NamedPodPlace, 'name'>) =>
  `${inCluster(cluster)}/namespaces/${pathPart(namespace)}`;
const namedPath = (place: NamedPodPlace) => `${namespacePath(place)}/pods/${pathPart(place.name)}/timeline`;
const workloadPath = (place: WorkloadPlace) =>
  `${namespacePath(place)}/workloads/${pathPart(place.kind)}/${pathPart(place.name)}/timeline`;

const TIMELINE = ['pod', 'summary', 'runs', 'restarts', 'phases', 'gaps'];

/** The timeline of a pod by its UID. */
export const podTimeline = (place: PodTimelinePlace) =>
  json<Timeline>(`${uidPath(place)}/timeline`, TIMELINE);

/** The timeline of the latest pod of a name, or of the one that lived at a time. */
export const namedTimeline = (place: NamedPodPlace, query: NamedTimelineQuery = {}) =>
  json<Timeline>(`${namedPath(place)}${queryText(query)}`, TIMELINE);

/** The same as a picture. */
export const namedTimelineSvg = (place: NamedPodPlace, query: NamedTimelineQuery = {}) =>
  plain(`${namedPath(place)}${queryText(query)}`, 'image/svg+xml');

/** The timeline of a workload across all of its pods. */
export const workloadTimeline = (place: WorkloadPlace) =>
  json<WorkloadTimeline>(workloadPath(place), ['workload', 'summary', 'pods', 'replacements', 'restarts']);

/** The same as a picture. */
export const workloadTimelineSvg = (place: WorkloadPlace) => plain(workloadPath(place), 'image/svg+xml');

/** What happened on a node. */
export const nodeTimeline = ({ cluster, node }: NodePlace, query: NodeTimelineQuery = {}) =>
  json<NodeTimelinePage>(`${inCluster(cluster)}/nodes/${pathPart(node)}/timeline${queryText(query)}`, [
    'node',
    'incidents',
    'restarts',
  ]);

/** The recorded events of a pod, oldest first. */
export const podEvents = (place: PodTimelinePlace, query: EventsQuery = {}) =>
  page<RecordedEvent>(`${uidPath(place)}/events${queryText(query)}`);

/** Restarts across clusters, newest first. */
export const restarts = (query: RestartsQuery = {}) => page<ListedRestart>(`/v1/restarts${queryText(query)}`);

const reportPath = (query: ReportQuery) => `/v1/reports/restarts${queryText(query)}`;

/** Restarts counted by what is asked for. */
export const restartReport = (query: ReportQuery = {}) =>
  json<RestartReport>(reportPath(query), ['from', 'to', 'by', 'totals', 'groups']);

/** The same as lines: CSV (RFC 4180), or NDJSON. */
export const restartReportLines = (query: ReportQuery, format: 'csv' | 'ndjson') =>
  plain(reportPath(query), format === 'csv' ? 'text/csv' : 'application/x-ndjson');

/** Restarts of the last while, as OpenMetrics text. */
export const restartMetrics = (query: RestartMetricsQuery = {}) =>
  plain(`/v1/metrics/restarts${queryText(query)}`, 'application/openmetrics-text; version=1.0.0');

/** All tokens, oldest first. For administrators. */
export const tokens = (query: AdminListQuery = {}) =>
  page<TokenRecord>(`/v1/admin/tokens${queryText(query)}`);

/** The registered clusters. For administrators. */
export const registrations = (query: AdminListQuery = {}) =>
  page<ClusterRegistration>(`/v1/admin/clusters${queryText(query)}`);
