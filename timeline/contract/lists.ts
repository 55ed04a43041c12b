import * as z from 'zod/mini';
import { agentStanding, openGap } from './agents.ts';
import { nodeTimeline } from './incident.ts';
import { clusterName, count, timestamp } from './primitives.ts';
import { restartRecord } from './report.ts';
import { restartSummary, timelinePod } from './timeline.ts';

export const page = <T extends z.ZodMiniType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    /** Null on the last page. */
    cursor: z.nullable(z.string()),
    /** Path and query of the next page; null on the last. */
    next: z.nullable(z.string()),
  });

/** A page of a list; the last one has no `cursor` and no `next`. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
  readonly next: string | null;
}

export const clusterSummary = z.strictObject({
  name: clusterName,
  firstHeardAt: timestamp,
  lastHeardAt: timestamp,
  agents: z.array(agentStanding),
  openGaps: z.array(openGap),
});
export type ClusterSummary = z.infer<typeof clusterSummary>;

export const podSummary = z.strictObject({
  pod: timelinePod,
  summary: z.omit(restartSummary, { complete: true }),
  lastRestartAt: z.nullable(timestamp),
  lastEventAt: timestamp,
  timeline: z.string(),
});
export type PodSummary = z.infer<typeof podSummary>;

export const nodeTimelinePage = z.extend(nodeTimeline, {
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
export type NodeTimelinePage = z.infer<typeof nodeTimelinePage>;

export const listedRestart = z.extend(restartRecord, {
  /** Path of the pod's timeline. */
  timeline: z.string(),
});
export type ListedRestart = z.infer<typeof listedRestart>;
