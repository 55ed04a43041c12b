import { reportQuery, restartMetricsQuery, restartsQuery } from '../../../timeline/contract/queries.ts';
import type { Operation } from './operation.ts';

/** The operations across clusters. */
export const REPORT_OPERATIONS: readonly Operation[] = [
  {
    id: 'listRestarts',
    method: 'get',
    path: '/v1/restarts',
    summary: 'Restarts of all clusters, newest first; those of the last week when no stretch is named.',
    query: restartsQuery,
    answer:
      'A page of restarts from `from` up to but not with `to`. With a filter it may hold few or none and go on nevertheless.',
    content: { 'application/json': 'RestartPage' },
    problems: [
      'invalid-parameter',
      'invalid-cursor',
      'span-too-long',
      'unauthorised',
      'forbidden',
      'cluster-not-found',
      'internal',
      'store-busy',
    ],
  },
  {
    id: 'getRestartReport',
    method: 'get',
    path: '/v1/reports/restarts',
    summary:
      'Restarts counted by any of cluster, namespace, workload, container, cause, node and image (`by`, with commas), over a stretch of time and, with `interval`, over each piece of it.',
    query: reportQuery,
    answer:
      'The report. Without `from` it is of the last 30 days, without `by` by cluster. `top` groups are shown, in the order of `order`, and the rest is one group; `order=harm` by cluster, namespace and workload is a standing of workloads by the harm that their restarts have done. `compare=previous` tells the stretch of the same length before beside it, `causes=true` breaks each figure down. As CSV or NDJSON it is a line for each group of each piece.',
    content: { 'application/json': 'RestartReport', 'text/csv': null, 'application/x-ndjson': null },
    problems: [
      'invalid-parameter',
      'span-too-long',
      'unauthorised',
      'forbidden',
      'cluster-not-found',
      'not-acceptable',
      'internal',
      'report-not-ready',
      'store-busy',
    ],
  },
  {
    id: 'getRestartMetrics',
    method: 'get',
    path: '/v1/metrics/restarts',
    summary:
      'Restarts of the last while for Prometheus: by cluster, namespace, workload, cause and whether Kubernetes counted them.',
    query: restartMetricsQuery,
    answer:
      'Gauges in OpenMetrics text: restarts and downtime within the `window` that ends now (1h if not given), when each cluster was last heard of, and its open gaps. They are no counters, as late events may move a restart from one series to another. `top` (500 if not given) bounds the series; the others are added up as namespace and workload `(other)`.',
    content: { 'text/plain': null, 'application/openmetrics-text': null },
    problems: ['invalid-parameter', 'cluster-not-found', 'not-acceptable', 'report-not-ready'],
  },
];
