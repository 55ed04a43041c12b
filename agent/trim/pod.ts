import type {
  ContainerStatus,
  PodMetadata,
  PodSpec,
  PodStatus,
  SpecContainer,
} from '../../timeline/contract/pod-event.ts';
import type { ContainerKind, PodRef, Timestamp } from '../../timeline/contract/primitives.ts';
import { LIMITS } from '../../timeline/contract/limits.ts';
import { latest } from '../../timeline/time.ts';
import {
  CONTAINER_LISTS,
  CONTAINER_STATUS,
  MANAGED_FIELDS,
  POD_IDENTITY,
  POD_METADATA,
  POD_SPEC,
  POD_STATUS,
  SPEC_CONTAINER,
} from '../allow-list.ts';
import type { Notes } from './drops.ts';
import { type Fields, list, object, objectAt, type Raw, readFields } from './readers.ts';

/** All of a pod that may leave the cluster. */
export interface TrimmedPod {
  /** What the API server calls it: of a static pod, the UID of its mirror. */
  readonly apiUid: string;
  /** Who it is: a static pod goes by the UID that its containers and its Events carry. */
  readonly pod: PodRef;
  readonly resourceVersion: string;
  readonly metadata: PodMetadata;
  readonly spec: PodSpec;
  readonly status: PodStatus;
  /** Init containers and sidecars, then app containers, then ephemeral ones, each as the status lists them. */
  readonly containers: readonly ContainerStatus[];
  /** The newest moment that the pod names of itself; undefined for one that names none. */
  readonly newestMoment: Timestamp | undefined;
}

const specContainers = list(object(SPEC_CONTAINER, ['name']), LIMITS.containersPerPod);
const containerStatuses = list(
  object(CONTAINER_STATUS, ['name', 'restartCount', 'ready']),
  LIMITS.containersPerPod,
);
const WRITTEN: Fields<{ managedFields: { time: string }[] }> = {
  managedFields: ['managedFields', list(object(MANAGED_FIELDS), 256)],
};

/** The pod's reference and version, or what is missing for one. */
export function readIdentity(
  metadata: Raw,
  notes: Notes,
): { readonly pod: PodRef; readonly resourceVersion: string } | { readonly problem: string } {
  const { namespace, name, uid, resourceVersion } = readFields(metadata, POD_IDENTITY, notes);
  if (uid === undefined) return { problem: 'metadata.uid is missing or odd' };
  if (name === undefined) return { problem: 'metadata.name is missing or odd' };
  if (namespace === undefined) return { problem: 'metadata.namespace is missing or odd' };
  if (resourceVersion === undefined) return { problem: 'metadata.resourceVersion is missing or odd' };
  return { pod: { namespace, name, uid }, resourceVersion };
}

/** Takes of a pod object what the allow-list names. Never throws; gives the problem when there is no telling which pod. */
export function trimPod(raw: Raw, notes: Notes): TrimmedPod | { readonly problem: string } {
  const rawMetadata = objectAt(raw, 'metadata', notes);
  const identity = readIdentity(rawMetadata, notes.within('metadata'));
  if ('problem' in identity) return identity;
  const rawSpec = objectAt(raw, 'spec', notes);
  const rawStatus = objectAt(raw, 'status', notes);
  const metadata = readFields(rawMetadata, POD_METADATA, notes.within('metadata'));
  const declared = declaredContainers(rawSpec, notes.within('spec'));
  const spec: PodSpec = {
    ...readFields(rawSpec, POD_SPEC, notes.within('spec')),
    ...(declared.length > 0 ? { containers: declared } : {}),
  };
  const status = readFields(rawStatus, POD_STATUS, notes.within('status'));
  const containers = statuses(rawStatus, declared, notes.within('status'));
  const { managedFields } = readFields(rawMetadata, WRITTEN, notes.within('metadata'));
  return {
    apiUid: identity.pod.uid,
    pod: {
      ...identity.pod,
      uid: staticUid(metadata) ?? identity.pod.uid,
      ...(spec.nodeName === undefined ? {} : { node: spec.nodeName }),
    },
    resourceVersion: identity.resourceVersion,
    metadata,
    spec,
    status,
    containers,
    newestMoment: newestMoment(managedFields ?? [], metadata, status, containers),
  };
}

/** The object was made by the reader just before, for nobody else: a copy would be one too many for each delta. */
function withKind<T extends object>(container: T, kind: ContainerKind): T & { readonly kind: ContainerKind } {
  return Object.assign(container, { kind });
}

const KINDS = ['init', 'app', 'ephemeral'] as const satisfies readonly (keyof typeof CONTAINER_LISTS)[];
/** Where the containers of each kind are read from; made once, not for each of thousands of pods a second. */
const LISTS = KINDS.map((kind) => ({
  kind,
  spec: { containers: [CONTAINER_LISTS[kind].spec, specContainers] as const },
  status: { containers: [CONTAINER_LISTS[kind].status, containerStatuses] as const },
}));

function declaredContainers(rawSpec: Raw, notes: Notes): SpecContainer[] {
  const declared: SpecContainer[] = [];
  for (const { kind, spec } of LISTS) {
    const { containers = [] } = readFields(rawSpec, spec, notes);
    for (const container of containers) {
      declared.push(withKind(container, kindOf(kind, container.restartPolicy)));
    }
  }
  return declared.slice(0, LIMITS.containersPerPod);
}

/** A sidecar is an init container with a restart policy of its own, which can only be Always (KEP-753). */
function kindOf(listed: (typeof KINDS)[number], restartPolicy: string | undefined): ContainerKind {
  return listed === 'init' && restartPolicy === 'Always' ? 'sidecar' : listed;
}

function statuses(rawStatus: Raw, declared: readonly SpecContainer[], notes: Notes): ContainerStatus[] {
  const sidecars = new Set(declared.filter(({ kind }) => kind === 'sidecar').map(({ name }) => name));
  const found: ContainerStatus[] = [];
  for (const { kind, status } of LISTS) {
    const { containers = [] } = readFields(rawStatus, status, notes);
    for (const container of containers) {
      const isSidecar = kind === 'init' && sidecars.has(container.name);
      found.push(withKind(container, isSidecar ? 'sidecar' : kind));
    }
  }
  return found.slice(0, LIMITS.containersPerPod);
}

/**
 * A function of the object alone, so that every agent that sees this revision gives it the same time. Without
 * `deletionTimestamp`, which lies in the future by the grace period.
 */
function newestMoment(
  managedFields: readonly { readonly time?: Timestamp }[],
  metadata: PodMetadata,
  status: PodStatus,
  containers: readonly ContainerStatus[],
): Timestamp | undefined {
  let newest = latest(metadata.createdAt, status.startTime);
  for (const { time } of managedFields) newest = latest(newest, time);
  for (const { lastTransitionTime } of status.conditions ?? []) newest = latest(newest, lastTransitionTime);
  for (const { state, lastState } of containers) {
    newest = latest(newest, newestOfState(state));
    newest = latest(newest, newestOfState(lastState));
  }
  return newest;
}

function newestOfState(state: ContainerStatus['state']): Timestamp | undefined {
  const { startedAt, finishedAt } = state?.terminated ?? {};
  return latest(state?.running?.startedAt, latest(startedAt, finishedAt));
}

/**
 * The kubelet makes a mirror of each static pod at the API server, under a UID of its own, and again whenever someone
 * deletes it, while the containers run on. Runtime and Events know the static pod by the hash of its manifest (kubelet,
 * config/common.go), an MD5 in hexadecimal: it can never be the UID of a pod that the API server named.
 */
function staticUid({ annotations, ownerReferences }: PodMetadata): string | undefined {
  const hash = annotations?.['kubernetes.io/config.mirror'];
  const isNodes =
    ownerReferences?.some(({ kind, controller }) => kind === 'Node' && controller === true) ?? false;
  return isNodes && hash !== undefined && /^[0-9a-f]{32}$/.test(hash) ? hash : undefined;
}
