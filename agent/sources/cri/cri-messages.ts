import { boundedText, type Nanos, nanosOf } from './bounded-fields.ts';
import { bytesOf, entryOf, int32Of, int64Of, readMessage, uint32Of } from './wire.ts';

/** `runtime.v1.VersionResponse`. */
export interface CriVersion {
  readonly runtime: string;
}

/** What is kept of `runtime.v1.ContainerStatus`, and of a `Container` of a list, which has no times of its life. */
export interface CriStatus {
  readonly id: string;
  /** Of a `Container` of a list alone. */
  readonly sandboxId: string | undefined;
  readonly name: string | undefined;
  readonly attempt: number;
  readonly state: string;
  readonly image: string | undefined;
  readonly createdAtNano: Nanos | undefined;
  readonly startedAtNano: Nanos | undefined;
  readonly finishedAtNano: Nanos | undefined;
  readonly exitCode: number;
  readonly reason: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is kept of `runtime.v1.PodSandboxStatus`, and of a `PodSandbox` of a list. */
export interface CriSandbox {
  readonly id: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly podUid: string;
  readonly attempt: number;
  readonly createdAtNano: Nanos | undefined;
}

/** `runtime.v1.ContainerEventResponse`. */
export interface CriEventMessage {
  readonly containerId: string;
  readonly type: string;
  readonly timeNano: Nanos | undefined;
  readonly sandbox: CriSandbox | undefined;
  readonly statuses: readonly CriStatus[];
}

const EVENT_TYPE = ['created', 'started', 'stopped', 'deleted'] as const;
const CONTAINER_STATE = ['created', 'running', 'exited', 'unknown'] as const;
/** The kubelet's labels, which every runtime keeps. */
const OWN_LABEL = /^io\.kubernetes\.(?:pod|container)\./;
const MAX_LABELS = 16;
/** Containers of one pod; the contract takes no more either. */
const MAX_STATUSES = 256;

/** @throws WireError, as all of these */
export function readCriVersion(message: Uint8Array): CriVersion {
  let runtime = '';
  readMessage(message, (field) => {
    if (field.number === 2) runtime = boundedText(field);
  });
  return { runtime };
}

export function readCriEvent(message: Uint8Array): CriEventMessage {
  let containerId = '';
  let type = 0;
  let timeNano: Nanos | undefined;
  let sandbox: CriSandbox | undefined;
  const statuses: CriStatus[] = [];
  readMessage(message, (field) => {
    if (field.number === 1) containerId = boundedText(field);
    else if (field.number === 2) type = int32Of(field);
    else if (field.number === 3) timeNano = nanosOf(int64Of(field));
    else if (field.number === 4) sandbox = readSandbox(bytesOf(field));
    else if (field.number === 5 && statuses.length < MAX_STATUSES)
      statuses.push(readStatus(bytesOf(field), STATUS_FIELDS));
  });
  return { containerId, type: EVENT_TYPE[type] ?? 'unknown', timeNano, sandbox, statuses };
}

/** `ContainerStatusResponse`; undefined if it holds none. */
export function readStatusAnswer(message: Uint8Array): CriStatus | undefined {
  let status: CriStatus | undefined;
  readMessage(message, (field) => {
    if (field.number === 1) status = readStatus(bytesOf(field), STATUS_FIELDS);
  });
  return status;
}

/** `ListContainersResponse`. */
export function readContainers(message: Uint8Array): CriStatus[] {
  const containers: CriStatus[] = [];
  readMessage(message, (field) => {
    if (field.number === 1) containers.push(readStatus(bytesOf(field), LISTED_FIELDS));
  });
  return containers;
}

/** `ListPodSandboxResponse`. */
export function readSandboxes(message: Uint8Array): CriSandbox[] {
  const sandboxes: CriSandbox[] = [];
  readMessage(message, (field) => {
    if (field.number === 1) sandboxes.push(readSandbox(bytesOf(field)));
  });
  return sandboxes;
}

/** Which field of a message holds what; 0 for none. */
interface Fields {
  readonly sandboxId: number;
  readonly metadata: number;
  readonly state: number;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly image: number;
  readonly reason: number;
  readonly labels: number;
}

const STATUS_FIELDS: Fields = {
  sandboxId: 0,
  metadata: 2,
  state: 3,
  createdAt: 4,
  startedAt: 5,
  finishedAt: 6,
  exitCode: 7,
  image: 8,
  reason: 10,
  labels: 12,
};

const LISTED_FIELDS: Fields = {
  sandboxId: 2,
  metadata: 3,
  state: 6,
  createdAt: 7,
  startedAt: 0,
  finishedAt: 0,
  exitCode: 0,
  image: 4,
  reason: 0,
  labels: 8,
};

function readStatus(message: Uint8Array, fields: Fields): CriStatus {
  let id = '';
  let sandboxId: string | undefined;
  let metadata: { name?: string; attempt: number } = { attempt: 0 };
  let state = 0;
  let createdAtNano: Nanos | undefined;
  let startedAtNano: Nanos | undefined;
  let finishedAtNano: Nanos | undefined;
  let exitCode = 0;
  let image: string | undefined;
  let reason: string | undefined;
  const labels: Record<string, string> = {};
  let kept = 0;
  readMessage(message, (field) => {
    switch (field.number) {
      case 1:
        id = boundedText(field);
        break;
      case fields.sandboxId:
        sandboxId = boundedText(field);
        break;
      case fields.metadata:
        metadata = readMetadata(bytesOf(field));
        break;
      case fields.state:
        state = int32Of(field);
        break;
      case fields.createdAt:
        createdAtNano = nanosOf(int64Of(field));
        break;
      case fields.startedAt:
        startedAtNano = nanosOf(int64Of(field));
        break;
      case fields.finishedAt:
        finishedAtNano = nanosOf(int64Of(field));
        break;
      case fields.exitCode:
        exitCode = int32Of(field);
        break;
      case fields.image:
        image = readImage(bytesOf(field)) ?? image;
        break;
      case fields.reason:
        reason = boundedText(field);
        break;
      case fields.labels: {
        const { key, value } = entryOf(field);
        if (value === undefined || kept >= MAX_LABELS || !OWN_LABEL.test(key)) break;
        labels[key] = boundedText(value);
        kept += 1;
      }
    }
  });
  return {
    id,
    sandboxId,
    name: metadata.name,
    attempt: metadata.attempt,
    state: CONTAINER_STATE[state] ?? 'unknown',
    image,
    createdAtNano,
    startedAtNano,
    finishedAtNano,
    exitCode,
    reason: reason === '' ? undefined : reason,
    labels,
  };
}

/** `ContainerMetadata`. */
function readMetadata(message: Uint8Array): { name?: string; attempt: number } {
  let name: string | undefined;
  let attempt = 0;
  readMessage(message, (field) => {
    if (field.number === 1) name = boundedText(field);
    else if (field.number === 2) attempt = uint32Of(field);
  });
  return name === undefined ? { attempt } : { name, attempt };
}

/** `ImageSpec`: what the kubelet was asked for, else what the runtime made of it. */
function readImage(message: Uint8Array): string | undefined {
  let image: string | undefined;
  let asked: string | undefined;
  readMessage(message, (field) => {
    if (field.number === 1) image = boundedText(field);
    else if (field.number === 18) asked = boundedText(field);
  });
  return asked === undefined || asked === '' ? image : asked;
}

/** `PodSandboxStatus` and `PodSandbox` have the same fields up to here. */
function readSandbox(message: Uint8Array): CriSandbox {
  let id = '';
  let createdAtNano: Nanos | undefined;
  let pod = { podName: '', podNamespace: '', podUid: '', attempt: 0 };
  readMessage(message, (field) => {
    if (field.number === 1) id = boundedText(field);
    else if (field.number === 2) pod = readPod(bytesOf(field));
    else if (field.number === 4) createdAtNano = nanosOf(int64Of(field));
  });
  return { id, createdAtNano, ...pod };
}

/** `PodSandboxMetadata`. */
function readPod(message: Uint8Array): Omit<CriSandbox, 'id' | 'createdAtNano'> {
  let podName = '';
  let podUid = '';
  let podNamespace = '';
  let attempt = 0;
  readMessage(message, (field) => {
    if (field.number === 1) podName = boundedText(field);
    else if (field.number === 2) podUid = boundedText(field);
    else if (field.number === 3) podNamespace = boundedText(field);
    else if (field.number === 4) attempt = uint32Of(field);
  });
  return { podName, podNamespace, podUid, attempt };
}
