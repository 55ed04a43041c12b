import type * as z from 'zod/mini';
import {
  clustersQuery,
  eventsQuery,
  namedTimelineQuery,
  noQuery,
  podsQuery,
  timelineQuery,
} from '../parameters.ts';
import type { ProblemCode } from '../problem.ts';
import type { COMPONENTS } from './schemas.ts';

/** By media type: the component that describes it, or null for text of no schema. */
export type ResponseContent = Readonly<Record<string, keyof typeof COMPONENTS | null>>;

/** What OpenAPI tells of a route and the route itself does not know. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post';
  /** In OpenAPI's notation. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodMiniObject;
  /** True where no token is needed. */
  readonly open?: true;
  readonly requestBody?: Readonly<Record<string, unknown>>;
  readonly answer: string;
  readonly content: ResponseContent;
  readonly problems: readonly ProblemCode[];
}

const READING = [
  'invalid-parameter',
  'unauthorised',
  'forbidden',
  'cluster-not-found',
  'internal',
  'store-busy',
] as const;
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
      'unauthorised',
      'forbidden',
      'body-too-large',
      'inflated-body-too-large',
      'too-many-events',
      'unsupported-content-type',
      'unsupported-content-encoding',
      'internal',
      'store-busy',
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
    summary: 'Whether the store answers too; 503 if not.',
    query: noQuery,
    open: true,
    answer: 'It does.',
    content: { 'application/json': 'Health' },
    problems: [],
  },
];
