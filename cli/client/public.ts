// What the package offers TypeScript users as `podlapse/client`; the program itself imports from the files.
export { type ClientOptions, createClient, type FollowOptions, type PodlapseClient } from './client.ts';
export {
  AnswerTooLargeError,
  ApiProblemError,
  ApiUnreachableError,
  UnexpectedAnswerError,
} from './errors.ts';
export * as reads from './reads.ts';
export type { Read } from './reads.ts';
export type { Transport } from './transport.ts';
export type { RecordedEvent } from '../../timeline/contract/event.ts';
export type {
  ClusterRegistration,
  MadeToken,
  TokenRecord,
} from '../../timeline/contract/identity.ts';
export type {
  ClusterSummary,
  ListedRestart,
  NodeTimelinePage,
  Page,
  PodSummary,
} from '../../timeline/contract/lists.ts';
export type { RestartReport } from '../../timeline/contract/report.ts';
export type { Cause, Restart, Run, Timeline } from '../../timeline/contract/timeline.ts';
export type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
