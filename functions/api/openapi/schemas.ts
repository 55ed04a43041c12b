import * as z from 'zod/mini';
import { agentEvent } from '../../../timeline/contract/agent-event.ts';
import { logEvent, logTail } from '../../../timeline/contract/log-event.ts';
import { agentStanding, openGap } from '../../../timeline/contract/agents.ts';
import { criEvent } from '../../../timeline/contract/cri-event.ts';
import { dockerEvent } from '../../../timeline/contract/docker-event.ts';
import { recordedEvent } from '../../../timeline/contract/event.ts';
import { incident, incidentMember, nodeRestart } from '../../../timeline/contract/incident.ts';
import { kubernetesEvent } from '../../../timeline/contract/kubernetes-event.ts';
import {
  clusterSummary,
  listedRestart,
  nodeTimelinePage,
  page,
  podSummary,
} from '../../../timeline/contract/lists.ts';
import { LIMITS } from '../../../timeline/contract/limits.ts';
import { backOffLadder, pattern } from '../../../timeline/contract/pattern.ts';
import { containerStatus, podEvent, podRow } from '../../../timeline/contract/pod-event.ts';
import { count, identifier, podRef } from '../../../timeline/contract/primitives.ts';
import { figures, reportGroup, reportPiece, restartReport } from '../../../timeline/contract/report.ts';
import { clusterRegistration, madeToken, tokenRecord } from '../../../timeline/contract/identity.ts';
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

const rejection = z.strictObject({ index: count, id: z.nullable(z.string()), reason: z.string() });

/** Everything that is described by name. */
export const COMPONENTS = {
  RecordedEvent: recordedEvent,
  PodEvent: podEvent,
  KubernetesEvent: kubernetesEvent,
  DockerEvent: dockerEvent,
  CriEvent: criEvent,
  LogEvent: logEvent,
  LogTail: logTail,
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
