import {
  clustersQuery,
  eventsQuery,
  namedTimelineQuery,
  nodeTimelineQuery,
  noQuery,
  podsQuery,
  timelineQuery,
} from '../../../timeline/contract/queries.ts';
import { ADMIN_OPERATIONS } from './admin-operations.ts';
import type { Operation, ResponseContent } from './operation.ts';
import { REPORT_OPERATIONS } from './report-operations.ts';

const READING = ['invalid-parameter', 'cluster-not-found'] as const;
const TIMELINE: ResponseContent = {
  'application/json': 'Timeline',
  'text/plain': null,
  'image/svg+xml': null,
};

const batchBody = {
  required: true,
  description: 'Plain, or with Content-Encoding gzip or zstd.',
  content: {
    'application/json': { schema: { $ref: '#/components/schemas/EventBatch' } },
    'application/x-ndjson': {
      schema: { type: 'string', description: 'On each line one RecordedEvent as JSON.' },
    },
  },
} as const;

export const OPERATIONS: readonly Operation[] = [
  {
    id: 'putEvents',
    method: 'post',
    path: '/v1/clusters/{cluster}/events',
    summary: 'Records a batch of events. One bad event never rejects the good ones.',
    query: noQuery,
    requestBody: batchBody,
    answer: 'The accepted events are durable.',
    content: { 'application/json': 'IngestResult' },
    problems: [
      'malformed-body',
      'invalid-parameter',
      'body-too-large',
      'inflated-body-too-large',
      'too-many-events',
      'unsupported-content-type',
      'unsupported-content-encoding',
      'issuer-unreachable',
    ],
  },
  {
    id: 'listClusters',
    method: 'get',
    path: '/v1/clusters',
    summary: 'The clusters, by name.',
    query: clustersQuery,
    answer: 'A page of clusters.',
    content: { 'application/json': 'ClusterPage' },
    problems: [...READING, 'invalid-cursor'],
  },
  {
    id: 'listPods',
    method: 'get',
    path: '/v1/clusters/{cluster}/pods',
    summary:
      'The pods of a cluster, living and gone, by namespace, name and birth, with their restart summaries.',
    query: podsQuery,
    answer: 'A page of pods. With a filter it may hold few or none and go on nevertheless.',
    content: { 'application/json': 'PodPage' },
    problems: [...READING, 'invalid-cursor'],
  },
  {
    id: 'getTimeline',
    method: 'get',
    path: '/v1/clusters/{cluster}/pods/{uid}/timeline',
    summary: 'The timeline of a pod.',
    query: timelineQuery,
    answer: 'The timeline.',
    content: TIMELINE,
    problems: [...READING, 'pod-not-found', 'not-acceptable'],
  },
  {
    id: 'getTimelineByName',
    method: 'get',
    path: '/v1/clusters/{cluster}/namespaces/{ns}/pods/{name}/timeline',
    summary: 'The timeline of the latest pod of a name, or of the one that lived at a time.',
    query: namedTimelineQuery,
    answer: 'The timeline; `previous` links those of earlier pods of that name.',
    content: TIMELINE,
    problems: [...READING, 'pod-not-found', 'not-acceptable'],
  },
  {
    id: 'getNodeTimeline',
    method: 'get',
    path: '/v1/clusters/{cluster}/nodes/{node}/timeline',
    summary:
      'The timeline of a node: what befell many containers at once, each incident told once, and the other restarts.',
    query: nodeTimelineQuery,
    answer:
      'The account of the newest pods of the node, at most `limit` of them (250 if not given); `next` gives that of older ones. With `since`, of pods that were heard of since then, and nothing that was over before. `leftOut` counts the oldest incidents and restarts that did not fit into the answer.',
    content: { 'application/json': 'NodeTimelinePage', 'text/plain': null },
    problems: [...READING, 'invalid-cursor', 'node-not-found', 'not-acceptable'],
  },
  {
    id: 'getWorkloadTimeline',
    method: 'get',
    path: '/v1/clusters/{cluster}/namespaces/{ns}/workloads/{kind}/{name}/timeline',
    summary:
      'The timeline of a workload across all of its pods: restarts of containers, and pods that took the places of others.',
    query: timelineQuery,
    answer:
      'The account of the 200 newest pods of the workload; `leftOut` says what is not in it. Kinds are spelled as in Kubernetes, such as Deployment.',
    content: { 'application/json': 'WorkloadTimeline', 'text/plain': null, 'image/svg+xml': null },
    problems: [...READING, 'workload-not-found', 'not-acceptable'],
  },
  {
    id: 'listEvents',
    method: 'get',
    path: '/v1/clusters/{cluster}/pods/{uid}/events',
    summary: 'The recorded events of a pod, oldest first.',
    query: eventsQuery,
    answer: 'A page of events.',
    content: { 'application/json': 'EventPage' },
    problems: [...READING, 'invalid-cursor', 'pod-not-found'],
  },
  {
    id: 'followPod',
    method: 'get',
    path: '/v1/clusters/{cluster}/pods/{uid}/live',
    summary: 'Says when something new is recorded that bears on a pod, as server-sent events.',
    query: noQuery,
    live: true,
    answer:
      'An event `following` at once, then an event `changed` whenever the timeline is worth asking for again; a comment now and then shows that the connection lives. It ends after some minutes: ask anew. Where it is not offered, ask for the timeline with If-None-Match instead.',
    content: { 'text/event-stream': null },
    problems: [...READING, 'pod-not-found', 'live-not-offered'],
  },
  ...REPORT_OPERATIONS,
  {
    id: 'getLiveness',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process answers.',
    query: noQuery,
    open: true,
    answer: 'It does.',
    content: { 'application/json': 'Health' },
    problems: [],
  },
  {
    id: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Whether the store answers too.',
    query: noQuery,
    open: true,
    answer: 'It does.',
    content: { 'application/json': 'Health' },
    problems: ['store-unreachable'],
  },
  ...ADMIN_OPERATIONS,
];
