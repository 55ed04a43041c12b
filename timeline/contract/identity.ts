import * as z from 'zod/mini';
import { clusterName, count, identifier, timestamp } from './primitives.ts';

const description = z.prefault(z.string().check(z.maxLength(200)), '');
const requestsPerMinute = z.prefault(z.nullable(z.int().check(z.minimum(1), z.maximum(10_000_000))), null);
const readableClusters = z
  .array(z.union([z.literal('*'), clusterName]))
  .check(z.minLength(1), z.maxLength(200));

const common = {
  description,
  /** Absent or null: it does not expire. */
  expiresAt: z.prefault(z.nullable(timestamp), null),
  requestsPerMinute,
};

/** What a token is to be made for. */
export const tokenRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), cluster: clusterName, ...common }),
  z.strictObject({ kind: z.literal('reader'), clusters: readableClusters, ...common }),
  z.strictObject({ kind: z.literal('admin'), ...common }),
]);
export type TokenRequest = z.infer<typeof tokenRequest>;

export const MAX_OVERLAP_SECONDS = 30 * 24 * 3_600;
const DEFAULT_OVERLAP_SECONDS = 24 * 3_600;

/** How long the old token goes on beside the new one. */
export const rotationRequest = z.strictObject({
  overlapSeconds: z.prefault(
    z.int().check(z.minimum(0), z.maximum(MAX_OVERLAP_SECONDS)),
    DEFAULT_OVERLAP_SECONDS,
  ),
});

const recordFields = {
  id: identifier,
  grant: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('agent'), cluster: clusterName }),
    z.strictObject({ kind: z.literal('reader'), clusters: readableClusters }),
    z.strictObject({ kind: z.literal('admin') }),
  ]),
  description: z.string(),
  requestsPerMinute: z.nullable(count),
  replaces: z.nullable(identifier),
  createdAt: timestamp,
  expiresAt: z.nullable(timestamp),
  revokedAt: z.nullable(timestamp),
  lastUsedAt: z.nullable(timestamp),
};

export const tokenRecord = z.strictObject(recordFields);
export type TokenRecord = z.infer<typeof tokenRecord>;
/** Only the answer to its making has the token itself. */
export const madeToken = z.strictObject({ ...recordFields, token: z.string() });
export type MadeToken = z.infer<typeof madeToken>;

const httpsUrl = z
  .string()
  .check(
    z.maxLength(512),
    z.regex(
      /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[\w.~%/:@!$&'()*+,;=-]*)?$/,
      'must be an https URL without user, query or fragment',
    ),
  );

const base64url = z.string().check(z.maxLength(2_048), z.regex(/^[\w-]+$/));

/** RFC 7518, section 6: the public members of an RSA or elliptic curve key. The private ones are refused as unknown. */
const publicJwk = z.strictObject({
  kty: z.enum(['RSA', 'EC']),
  kid: z.optional(identifier),
  use: z.optional(z.literal('sig')),
  alg: z.optional(z.string().check(z.maxLength(20))),
  n: z.optional(base64url),
  e: z.optional(base64url),
  crv: z.optional(z.enum(['P-256', 'P-384', 'P-521'])),
  x: z.optional(base64url),
  y: z.optional(base64url),
});

const tokenIssuer = z.strictObject({
  issuer: httpsUrl,
  subjects: z
    .array(
      z
        .string()
        .check(
          z.maxLength(400),
          z.regex(
            /^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/,
            'must be system:serviceaccount:NAMESPACE:NAME',
          ),
        ),
    )
    .check(z.minLength(1), z.maxLength(10)),
  jwksUri: z.prefault(z.nullable(httpsUrl), null),
  jwks: z.prefault(
    z.nullable(z.strictObject({ keys: z.array(publicJwk).check(z.minLength(1), z.maxLength(20)) })),
    null,
  ),
});

/** A week at least: what comes late is counted as long as all restarts of its time are there. */
const MIN_RESTARTS_DAYS = 7;
/** A hundred years. */
const MAX_DAYS = 36_500;
const days = (min: number) =>
  z.prefault(z.nullable(z.int().check(z.minimum(min), z.maximum(MAX_DAYS))), null);

/** For how many days the events, the restarts, and the counts of a cluster are kept; null: as the API does by default. */
const retention = z.strictObject({
  eventsDays: days(1),
  restartsDays: days(MIN_RESTARTS_DAYS),
  rollupsDays: days(1),
});

/** What is said of a cluster to register it. */
export const registrationRequest = z.strictObject({
  description,
  requestsPerMinute,
  tokenIssuer: z.prefault(z.nullable(tokenIssuer), null),
  retention: z.prefault(retention, {}),
});
export type RegistrationRequest = z.infer<typeof registrationRequest>;

export const clusterRegistration = z.strictObject({
  cluster: clusterName,
  description: z.string(),
  requestsPerMinute: z.nullable(count),
  tokenIssuer: z.nullable(
    z.strictObject({
      issuer: z.string(),
      subjects: z.array(z.string()),
      jwksUri: z.nullable(z.string()),
      jwks: z.nullable(z.strictObject({ keys: z.array(publicJwk) })),
    }),
  ),
  retention: z.strictObject({
    eventsDays: z.nullable(count),
    restartsDays: z.nullable(count),
    rollupsDays: z.nullable(count),
  }),
  updatedAt: timestamp,
});
export type ClusterRegistration = z.infer<typeof clusterRegistration>;
