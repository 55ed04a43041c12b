import type { RecordedEvent } from '../../../timeline/contract/event.ts';
import type { ClusterSummary, NodeTimelinePage, Page, PodSummary } from '../../../timeline/contract/lists.ts';
import type { RestartRecord, RestartReport } from '../../../timeline/contract/report.ts';
import type { Timeline } from '../../../timeline/contract/timeline.ts';
import type { WorkloadTimeline } from '../../../timeline/contract/workload-timeline.ts';
import { ApiProblem, problemOf } from './problem.ts';
import type { Session } from './session.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Asking {
  readonly signal?: AbortSignal | undefined;
}

/** Which pod: one by its UID, or the latest of a name (at a time). */
export type PodKey =
  | { readonly cluster: string; readonly uid: string }
  | {
      readonly cluster: string;
      readonly namespace: string;
      readonly name: string;
      readonly at?: string | undefined;
    };

export interface WorkloadKey {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * The HTTP API as any other client would use it. Every method throws ApiProblem for what is no success. What is asked
 * for again unchanged (ETag) costs a 304 and comes from the browser's cache.
 */
export interface ApiClient {
  clusters(query?: Query, asking?: Asking): Promise<Page<ClusterSummary>>;
  pods(cluster: string, query?: Query, asking?: Asking): Promise<Page<PodSummary>>;
  restarts(query?: Query, asking?: Asking): Promise<Page<RestartRecord>>;
  report(query?: Query, asking?: Asking): Promise<RestartReport>;
  podTimeline(pod: PodKey, asking?: Asking): Promise<Timeline>;
  podEvents(cluster: string, uid: string, query?: Query, asking?: Asking): Promise<Page<RecordedEvent>>;
  workloadTimeline(workload: WorkloadKey, asking?: Asking): Promise<WorkloadTimeline>;
  nodeTimeline(cluster: string, node: string, query?: Query, asking?: Asking): Promise<NodeTimelinePage>;
  /** Any path of the API as it comes, such as a report as CSV. */
  response(path: string, query?: Query, asking?: Asking): Promise<Response>;
}

/** The paths of timelines, for `response` with a `format`. */
export function podTimelinePath(pod: PodKey): string {
  return 'uid' in pod
    ? path`/v1/clusters/${pod.cluster}/pods/${pod.uid}/timeline`
    : path`/v1/clusters/${pod.cluster}/namespaces/${pod.namespace}/pods/${pod.name}/timeline`;
}

export function workloadTimelinePath({ cluster, namespace, kind, name }: WorkloadKey): string {
  return path`/v1/clusters/${cluster}/namespaces/${namespace}/workloads/${kind}/${name}/timeline`;
}

export const REPORT_PATH = '/v1/reports/restarts';

export function createApiClient({
  fetch,
  session,
}: {
  readonly fetch: typeof window.fetch;
  readonly session: Session;
}): ApiClient {
  const response: ApiClient['response'] = async (where, query = {}, { signal } = {}) => {
    const token = session.token.value;
    const answer = await fetch(withQuery(where, query), {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      credentials: 'omit',
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      throw signal?.aborted === true ? error : unreachable(error);
    });
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (problem.status === 401 && token === session.token.value) session.refuse();
    throw problem;
  };
  const json = async <T>(where: string, query?: Query, asking?: Asking): Promise<T> =>
    (await (await response(where, query, asking)).json()) as T;
  return {
    response,
    clusters: (query, asking) => json('/v1/clusters', query, asking),
    pods: (cluster, query, asking) => json(path`/v1/clusters/${cluster}/pods`, query, asking),
    restarts: (query, asking) => json('/v1/restarts', query, asking),
    report: (query, asking) => json(REPORT_PATH, query, asking),
    podTimeline: (pod, asking) => json(podTimelinePath(pod), 'uid' in pod ? {} : { at: pod.at }, asking),
    podEvents: (cluster, uid, query, asking) =>
      json(path`/v1/clusters/${cluster}/pods/${uid}/events`, query, asking),
    workloadTimeline: (workload, asking) => json(workloadTimelinePath(workload), {}, asking),
    nodeTimeline: (cluster, node, query, asking) =>
      json(path`/v1/clusters/${cluster}/nodes/${node}/timeline`, query, asking),
  };
}

/** A path with its values encoded; names from outside may hold lone surrogates, which cannot be. */
export function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw(texts, ...values.map((value) => encodeURIComponent(value.toWellFormed())));
}

function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem(0, {
    title: 'The API cannot be reached',
    detail: `${cause instanceof Error ? cause.message : String(cause)}. Is podlapse running, and is there a network?`,
  });
}

function withQuery(where: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value).toWellFormed());
  }
  const text = search.toString();
  return text === '' ? where : `${where}?${text}`;
}
