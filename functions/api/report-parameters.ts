import * as z from 'zod/mini';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { clusterName, objectName, timestamp } from '../../timeline/contract/primitives.ts';
import { ORDERS } from '../../timeline/contract/report.ts';
import { cause } from '../../timeline/contract/timeline.ts';
import { INTERVALS } from '../../timeline/reports/calendar.ts';
import { compareTimes, millisBetween } from '../../timeline/time.ts';
import { pageParameters, workloadName } from './parameters.ts';
import { Problem } from './problem.ts';

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

/** The longest stretch that may be asked for at once, and how that is said. */
export interface LongestSpan {
  readonly days: number;
  readonly of: string;
}

export const LONGEST_LIST_SPAN: LongestSpan = { days: 366, of: 'a list of restarts' };

const DAY_MS = 86_400_000;

/** @throws Problem unless `from`, if it is given, is before `to` and the span is within `longest`. */
export function checkSpan(from: string | undefined, to: string, longest: LongestSpan): void {
  if (from === undefined) return;
  if (compareTimes(from, to) >= 0) {
    throw new Problem('invalid-parameter', 'The parameter "to" must be later than "from".', {
      members: { parameter: 'to' },
    });
  }
  if (millisBetween(from, to) > longest.days * DAY_MS) {
    throw new Problem(
      'span-too-long',
      `From "from" to "to" are more than ${longest.days} days, the most for ${longest.of}; ask for a shorter stretch, or for several one after the other.`,
      { members: { parameter: 'from', limitDays: longest.days } },
    );
  }
}
