import * as z from 'zod/mini';
import { clusterName, count, durationMs, identifier, objectName, timestamp } from './primitives.ts';
import { cause, workload } from './timeline.ts';
import { DIMENSIONS, ORDERS } from './words.ts';

/**
 * One restart as it stands in the index across clusters: the timeline's restart with the names by which restarts are
 * found, grouped and counted.
 */
export const restartRecord = z.strictObject({
  /** As the timeline's `at`; where that is null, the nearest moment that was seen (see `atSeen`). */
  at: timestamp,
  /** False when neither the start nor the creation of the new run was seen, so that `at` is only near it. */
  atSeen: z.boolean(),
  cluster: clusterName,
  namespace: objectName,
  workload,
  pod: z.strictObject({ name: objectName, uid: identifier }),
  node: z.nullable(objectName),
  container: objectName,
  /** Of the run that ended. */
  image: z.nullable(z.string()),
  cause,
  counted: z.boolean(),
  downtimeMs: z.nullable(durationMs),
  backoffMs: durationMs,
  from: identifier,
  to: identifier,
});
export type RestartRecord = z.infer<typeof restartRecord>;

export type Dimension = (typeof DIMENSIONS)[number];

export type Order = (typeof ORDERS)[number];

/** What a report says of some restarts. */
export const figures = z.strictObject({
  restarts: count,
  counted: count,
  uncounted: count,
  /** Of the restarts whose downtime was seen. */
  downtimeMs: durationMs,
  /** How many those are. */
  downtimeSeen: count,
  backoffMs: durationMs,
  /** The length of time over the number of restarts; null without any. */
  meanTimeBetweenRestartsMs: z.nullable(durationMs),
  /** The downtime, where it was not seen taken to be the mean of the whole report. */
  harmMs: durationMs,
  /** Restarts by cause, when asked for. */
  causes: z.optional(z.record(z.string(), count)),
});
export type Figures = z.infer<typeof figures>;

const groupKey = z.partialRecord(z.enum(DIMENSIONS), z.nullable(z.string()));
export type GroupKey = Partial<Record<Dimension, string | null>>;

export const reportGroup = z.strictObject({
  key: groupKey,
  ...figures.shape,
  /** The same group in the period before, when asked for. */
  previous: z.optional(figures),
});
export type ReportGroup = z.infer<typeof reportGroup>;

/** All groups beyond the first ones. */
export const otherGroups = z.strictObject({
  groups: count,
  ...figures.shape,
  previous: z.optional(figures),
});

const period = {
  from: timestamp,
  to: timestamp,
  totals: figures,
  groups: z.array(reportGroup),
  /** Null when every group is shown. */
  other: z.nullable(otherGroups),
} as const;

export const reportPiece = z.strictObject(period);
export type ReportPiece = z.infer<typeof reportPiece>;

/** Restarts counted by what is asked for, over a stretch of time and, with an interval, over each piece of it. */
export const restartReport = z.strictObject({
  ...period,
  timeZone: z.string(),
  by: z.array(z.enum(DIMENSIONS)),
  order: z.enum(ORDERS),
  /** The stretch of the same length right before, when asked for. */
  previous: z.optional(z.strictObject({ from: timestamp, to: timestamp, totals: figures })),
  /** The pieces, oldest first, each with the same groups; absent without an interval. */
  pieces: z.optional(z.array(reportPiece)),
});
export type RestartReport = z.infer<typeof restartReport>;
