import * as z from 'zod/mini';
import { agentEvent } from '../../../timeline/contract/agent-event.ts';
import { agentStanding, openGap } from '../../../timeline/contract/agents.ts';
import { dockerEvent } from '../../../timeline/contract/docker-event.ts';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { incident, incidentMember, nodeRestart, nodeTimeline } from '../../../timeline/contract/incident.ts';
import { kubernetesEvent } from '../../../timeline/contract/kubernetes-event.ts';
import { LIMITS } from '../../../timeline/contract/limits.ts';
import { backOffLadder, pattern } from '../../../timeline/contract/pattern.ts';
import { containerStatus, podEvent, podRow } from '../../../timeline/contract/pod-event.ts';
import { clusterName, count, identifier, podRef, timestamp } from '../../../timeline/contract/primitives.ts';
import {
  figures,
  reportGroup,
  reportPiece,
  restartRecord,
  restartReport,
} from '../../../timeline/contract/report.ts';
import { clusterRegistration, madeToken, tokenRecord } from '../identity/identity-schemas.ts';
import {
  cause,
  gap,
  phase,
  podLink,
  restart,
  restartSummary,
  run,
  sandbox,
  timeline,
  timelinePod,
  workload,
} from '../../../timeline/contract/timeline.ts';
import {
  containerImage,
  replacement,
  replacementCause,
  rollout,
  workloadPod,
  workloadRestart,
  workloadSummary,
  workloadTimeline,
} from '../../../timeline/contract/workload-timeline.ts';

const page = <T extends z.ZodMiniType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    /** Null on the last page. */
    cursor: z.nullable(z.string()),
    /** Path and query of the next page; null on the last. */
    next: z.nullable(z.string()),
  });

const clusterSummary = z.strictObject({
  name: clusterName,
  firstHeardAt: timestamp,
  lastHeardAt: timestamp,
  agents: z.array(agentStanding),
  openGaps: z.array(openGap),
});

const podSummary = z.strictObject({
  pod: timelinePod,
  summary: z.omit(restartSummary, { complete: true }),
  lastRestartAt: z.nullable(timestamp),
  lastEventAt: timestamp,
  timeline: z.string(),
});

const nodeTimelinePage = z.extend(nodeTimeline, {
  since: z.nullable(timestamp),
  /** Pods that this page tells of. */
  pods: count,
  /** The oldest that did not fit into the answer. */
  leftOut: z.strictObject({ incidents: count, restarts: count }),
  /** Null on the last page. */
  cursor: z.nullable(z.string()),
  /** Path and query of the page of older pods; null on the last. */
  next: z.nullable(z.string()),
});

const listedRestart = z.extend(restartRecord, {
  /** Path of the pod's timeline. */
  timeline: z.string(),
});

const rejection = z.strictObject({ index: count, id: z.nullable(z.string()), reason: z.string() });

/** Everything that is described by name. */
export const COMPONENTS = {
  RecordedEvent: recordedEvent,
  PodEvent: podEvent,
  KubernetesEvent: kubernetesEvent,
  DockerEvent: dockerEvent,
  AgentEvent: agentEvent,
  PodRef: podRef,
  PodRow: podRow,
  ContainerStatus: containerStatus,
  EventBatch: z.strictObject({ events: z.array(recordedEvent).check(z.maxLength(LIMITS.eventsPerBatch)) }),
  IngestResult: z.strictObject({ accepted: count, duplicates: count, rejected: z.array(rejection) }),
  Timeline: timeline,
  TimelinePod: timelinePod,
  Workload: workload,
  RestartSummary: restartSummary,
  Sandbox: sandbox,
  Run: run,
  Restart: restart,
  Cause: cause,
  Gap: gap,
  Phase: phase,
  PodLink: podLink,
  Pattern: pattern,
  BackOffLadder: backOffLadder,
  Incident: incident,
  IncidentMember: incidentMember,
  NodeRestart: nodeRestart,
  NodeTimelinePage: nodeTimelinePage,
  WorkloadTimeline: workloadTimeline,
  WorkloadSummary: workloadSummary,
  WorkloadPod: workloadPod,
  WorkloadRestart: workloadRestart,
  Replacement: replacement,
  ReplacementCause: replacementCause,
  Rollout: rollout,
  ContainerImage: containerImage,
  AgentStanding: agentStanding,
  OpenGap: openGap,
  ClusterSummary: clusterSummary,
  ClusterPage: page(clusterSummary),
  PodSummary: podSummary,
  PodPage: page(podSummary),
  EventPage: page(recordedEvent),
  RestartRecord: listedRestart,
  RestartPage: page(listedRestart),
  RestartReport: restartReport,
  ReportPiece: reportPiece,
  ReportGroup: reportGroup,
  Figures: figures,
  TokenRecord: tokenRecord,
  TokenPage: page(tokenRecord),
  MadeToken: madeToken,
  ClusterRegistration: clusterRegistration,
  ClusterRegistrationPage: page(clusterRegistration),
  Health: z.strictObject({ status: z.string() }),
  Problem: z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: identifier,
  }),
} as const satisfies Record<string, z.ZodMiniType>;
