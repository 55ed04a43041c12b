import * as z from 'zod/mini';
import { clusterName, count, identifier, objectName, timestamp } from './primitives.ts';
import { gap, restart } from './timeline.ts';

/** What can befall many containers of a node at once. The list may grow; a kind is never renamed. */
export const INCIDENT_KINDS = [
  'node-rebooted',
  'runtime-restarted',
  'kubelet-restarted',
  'node-pressure',
  'mass-kill',
] as const;

const nodePod = z.strictObject({ namespace: objectName, name: objectName, uid: identifier });
export type NodePod = z.infer<typeof nodePod>;

export const incidentMember = z.strictObject({
  pod: nodePod,
  /** Null for a pod that ended as a whole and was not restarted (evicted). */
  container: z.nullable(objectName),
  /** Which of the `restarts` of the pod's timeline, by index; null with `container`. */
  restart: z.nullable(count),
  /** When the new run started, or when the pod was evicted; null if that was not seen. */
  at: z.nullable(timestamp),
});
export type IncidentMember = z.infer<typeof incidentMember>;

/** Restarts (and evictions) of several containers with one common cause, told once. */
export const incident = z.strictObject({
  kind: z.enum(INCIDENT_KINDS),
  /** Null for containers of which no node is known. */
  node: z.nullable(objectName),
  from: timestamp,
  to: timestamp,
  members: z.array(incidentMember),
  explanation: z.string(),
  /** What tells of the common cause first, then what tells of the members' ends. */
  evidence: z.array(identifier),
});
export type Incident = z.infer<typeof incident>;
export type IncidentKind = Incident['kind'];

/** A restart on a node, with the pod that it is of. `index` is its place in the `restarts` of the pod's timeline. */
export const nodeRestart = z.extend(z.omit(restart, { log: true }), { pod: nodePod, index: count });
export type NodeRestart = z.infer<typeof nodeRestart>;

/** What happened on one node: incidents, each told once, the restarts that are in none, and what was not watched. */
export const nodeTimeline = z.strictObject({
  cluster: clusterName,
  node: objectName,
  incidents: z.array(incident),
  restarts: z.array(nodeRestart),
  gaps: z.array(gap),
});
export type NodeTimeline = z.infer<typeof nodeTimeline>;
