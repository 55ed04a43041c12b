import * as z from 'zod/mini';
import { INTERVALS } from '../reports/calendar.ts';
import { LIMITS } from './limits.ts';
import { clusterName, objectName, timestamp } from './primitives.ts';
import { ORDERS } from './words.ts';
import { cause } from './timeline.ts';

// What may be asked of the API beside the path. Values are the texts that stand in a query.

export const format = z.enum(['json', 'text', 'svg']);

export const pageParameters = {
  limit: z.string().check(z.regex(/^(?:[1-9]\d{0,2}|1000)$/, 'must be a whole number from 1 to 1000')),
  cursor: z.string().check(z.minLength(1), z.maxLength(4_096)),
} as const;

export const workloadName = z
  .string()
  .check(z.maxLength(512), z.regex(/^[^/]+\/.+$/s, 'must be KIND/NAME, such as Deployment/web'));

export const clustersQuery = z.strictObject({
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});

export const podsQuery = z.strictObject({
  namespace: z.optional(objectName),
  workload: z.optional(workloadName),
  name: z.optional(objectName),
  node: z.optional(objectName),
  restarted: z.optional(z.enum(['true', 'false'])),
  since: z.optional(timestamp),
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});

export const timelineQuery = z.strictObject({ format: z.optional(format) });
export const namedTimelineQuery = z.strictObject({ format: z.optional(format), at: z.optional(timestamp) });
export const nodeTimelineQuery = z.strictObject({
  format: z.optional(z.enum(['json', 'text'])),
  since: z.optional(timestamp),
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});
export const eventsQuery = z.strictObject({
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});
export const adminListQuery = z.strictObject({
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});
export const noQuery = z.strictObject({});

const filters = {
  cluster: z.optional(clusterName),
  namespace: z.optional(objectName),
  workload: z.optional(workloadName),
  container: z.optional(objectName),
  cause: z.optional(cause),
} as const;

export const restartsQuery = z.strictObject({
  from: z.optional(timestamp),
  to: z.optional(timestamp),
  ...filters,
  counted: z.optional(z.enum(['true', 'false'])),
  limit: z.optional(pageParameters.limit),
  cursor: z.optional(pageParameters.cursor),
});

export const reportQuery = z.strictObject({
  from: z.optional(timestamp),
  to: z.optional(timestamp),
  interval: z.optional(z.enum(INTERVALS)),
  by: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  ...filters,
  node: z.optional(objectName),
  image: z.optional(z.string().check(z.minLength(1), z.maxLength(LIMITS.imageLength))),
  /** Which groups are shown. */
  top: z.optional(pageParameters.limit),
  order: z.optional(z.enum(ORDERS)),
  compare: z.optional(z.literal('previous')),
  causes: z.optional(z.enum(['true', 'false'])),
  /** In which days, weeks and months begin; UTC if not given. */
  timeZone: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  format: z.optional(z.enum(['json', 'csv', 'ndjson'])),
});

/** How long before the request restarts are told of as metrics, in milliseconds. */
export const METRICS_WINDOWS_MS = {
  '5m': 300_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
} as const;

export const restartMetricsQuery = z.strictObject({
  cluster: filters.cluster,
  namespace: filters.namespace,
  window: z.optional(z.enum(['5m', '1h', '6h', '24h', '7d'])),
  /** How many series there are of their own; the others are added up. */
  top: z.optional(pageParameters.limit),
});
