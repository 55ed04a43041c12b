import * as z from 'zod/mini';
import { cause, type Cause } from '../../timeline/contract/timeline.ts';
import { reasonOf } from '../api/issue-reason.ts';

// What to tell whom: `notifications.json`, checked when the stack is made and again when the function starts.

const name = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9 ._-]{0,39}$/i, 'must be a short name: letters, digits, blank, ., _, -'));
/** An exact name, or the beginning of one followed by `*`. */
const namePattern = z
  .string()
  .check(z.regex(/^[^*\s]{1,512}\*?$|^\*$/, 'must be a name, or the beginning of one followed by *'));
const secret = z
  .string()
  .check(z.regex(/^[\w/+=.@:-]{1,512}$/, 'must be the name or the ARN of a secret in Secrets Manager'));
const wholeNumber = (from: number, to: number) => z.int().check(z.minimum(from), z.maximum(to));

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    name,
    kind: z.literal('sns'),
    /** Without it, the topic of the stack. */
    topicArn: z.optional(
      z
        .string()
        .check(
          z.regex(
            /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/,
            'must be the ARN of an SNS topic',
          ),
        ),
    ),
  }),
  /** The secret holds the URL of an incoming webhook, which is all that is needed to write to the channel. */
  z.strictObject({ name, kind: z.literal('slack'), urlSecret: secret }),
  /** The secret holds the key by which each message is signed. */
  z.strictObject({
    name,
    kind: z.literal('webhook'),
    url: z.string().check(z.regex(/^https:\/\/[^\s@]{1,2000}$/, 'must be an https address without a user')),
    keySecret: secret,
  }),
]);
export type Target = z.infer<typeof target>;

const filters = {
  clusters: z.optional(z.array(namePattern).check(z.minLength(1))),
  namespaces: z.optional(z.array(namePattern).check(z.minLength(1))),
  /** As `Deployment/web` or `Job/*`. */
  workloads: z.optional(z.array(namePattern).check(z.minLength(1))),
  causes: z.optional(z.array(cause).check(z.minLength(1))),
  counted: z.optional(z.boolean()),
} as const;
const to = z.array(name).check(z.minLength(1));

const rule = z.discriminatedUnion('on', [
  /** Each restart that the filters let through. */
  z.strictObject({ name, on: z.literal('restart'), ...filters, to }),
  /** `restarts` of one container within `withinMinutes`. */
  z.strictObject({
    name,
    on: z.literal('crash-loop'),
    ...filters,
    restarts: z.optional(wholeNumber(2, 100)),
    withinMinutes: z.optional(wholeNumber(1, 360)),
    /** The loop of a container is told again after that time, if it goes on. */
    quietMinutes: z.optional(wholeNumber(1, 10_080)),
    to,
  }),
  /** Containers of `pods` on one node that restarted of one cause within `withinSeconds`. */
  z.strictObject({
    name,
    on: z.literal('incident'),
    ...filters,
    pods: z.optional(wholeNumber(2, 1_000)),
    withinSeconds: z.optional(wholeNumber(1, 600)),
    quietMinutes: z.optional(wholeNumber(1, 10_080)),
    to,
  }),
]);
export type Rule = z.infer<typeof rule>;

const file = z.strictObject({
  /** How long a restart is left alone after it was recorded, until its cause and count are known. */
  settleSeconds: z.optional(wholeNumber(0, 60)),
  /** Older restarts, as an agent sends them that was cut off, are no news. */
  maxAgeMinutes: z.optional(wholeNumber(1, 1_440)),
  targets: z.array(target).check(z.minLength(1), z.maxLength(20)),
  rules: z.array(rule).check(z.minLength(1), z.maxLength(100)),
});

/** What all rules are filtered by. */
export interface Filters {
  readonly clusters?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly workloads?: readonly string[] | undefined;
  readonly causes?: readonly Cause[] | undefined;
  readonly counted?: boolean | undefined;
}

export interface Notifications {
  readonly settleMs: number;
  readonly maxAgeMs: number;
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
}

const DEFAULT_SETTLE_SECONDS = 15;
const DEFAULT_MAX_AGE_MINUTES = 360;

/**
 * Reads the text of `notifications.json`.
 *
 * @throws Error that names the field, and says what it must be
 */
export function parseNotifications(text: string): Notifications {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`the notifications are not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = file.safeParse(json);
  if (!parsed.success) throw new Error(`the notifications: ${reasonOf(parsed.error.issues, json)}`);
  const { settleSeconds, maxAgeMinutes, targets, rules } = parsed.data;
  checkNames('targets', targets);
  checkNames('rules', rules);
  rules.forEach((each, index) => {
    each.to.forEach((wanted, place) => {
      if (targets.some((known) => known.name === wanted)) return;
      throw new Error(
        `the notifications: rules.${index}.to.${place}: there is no target "${wanted}"; there are ${targets.map((known) => `"${known.name}"`).join(', ')}`,
      );
    });
  });
  return {
    settleMs: (settleSeconds ?? DEFAULT_SETTLE_SECONDS) * 1_000,
    maxAgeMs: (maxAgeMinutes ?? DEFAULT_MAX_AGE_MINUTES) * 60_000,
    targets,
    rules,
  };
}

/** A notice is known by the names of its rule and target: two of one name could not be told apart. */
function checkNames(field: string, named: readonly { readonly name: string }[]): void {
  named.forEach((each, index) => {
    const first = named.findIndex((other) => other.name === each.name);
    if (first === index) return;
    throw new Error(
      `the notifications: ${field}.${index}.name: "${each.name}" is the name of ${field}.${first} too; give it another`,
    );
  });
}
