import * as z from 'zod/mini';
import { LIMITS } from './limits.ts';

/** Identity of a pod in its cluster (`metadata.uid`). A plain Docker container without a pod uses its container ID. */
export type PodUid = string;
/** A container's ID at its runtime, without the `docker://` or `containerd://` prefix. */
export type ContainerId = string;
/** A moment: RFC 3339 in UTC, with the precision that its source has (up to nanoseconds). */
export type Timestamp = string;

/** `docs` names the schema in OpenAPI's components. */
export const timestamp = z
  .string()
  .check(
    z.maxLength(40),
    z.regex(
      /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/,
      'must be an RFC 3339 time in UTC, such as 2026-01-31T08:15:00.123Z',
    ),
  );

/** A cluster's name, as the contract spells it. */
export const clusterName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?$/,
      'must be 1 to 63 of a-z, 0-9, - and ., beginning and ending with a letter or digit',
    ),
  );

/** A Kubernetes object's name: never empty, never longer than the API server allows. */
export const objectName = z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength));

/** A short word of the sources' own vocabulary: a reason, an action, a phase. */
export const word = z.string().check(z.maxLength(LIMITS.labelLength));

export const identifier = z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength));

export const count = z.int().check(z.minimum(0), z.maximum(2_147_483_647));

/** Exit codes are 0 to 255 on Linux; Windows and failed starts give other 32-bit values. */
export const exitCode = z.int().check(z.minimum(-2_147_483_648), z.maximum(4_294_967_295));

export const signalNumber = z.int().check(z.minimum(0), z.maximum(128));

export const durationMs = z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));

/** The pod that an event is about. Every event about a pod carries it, so that it can be read alone. */
export const podRef = z.strictObject({
  namespace: objectName,
  name: objectName,
  uid: identifier,
  node: z.optional(objectName),
});
export type PodRef = z.infer<typeof podRef>;

/** The container runtimes whose IDs a pod status can carry. */
export const runtimeName = z.enum(['docker', 'containerd', 'cri-o', 'other']);
export type RuntimeName = z.infer<typeof runtimeName>;

/** What kind of container: a sidecar is an init container with `restartPolicy: Always` (KEP-753). */
export const containerKind = z.enum(['app', 'init', 'sidecar', 'ephemeral']);
export type ContainerKind = z.infer<typeof containerKind>;
