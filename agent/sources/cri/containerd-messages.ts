import { isRaw } from '../../trim/readers.ts';
import { bounded, boundedText, type Nanos, nanosOf } from './bounded-fields.ts';
import {
  bytesOf,
  entryOf,
  int32Of,
  int64Of,
  readMessage,
  uint32Of,
  WireError,
  type WireField,
} from './wire.ts';

/** `containerd.types.Envelope`, with what is said of the container that it is about. */
export interface Envelope {
  readonly namespace: string;
  readonly topic: string;
  readonly timeNano: Nanos | undefined;
  readonly containerId: string;
  /** Of an end: a process that was executed in the container has another than the container's. */
  readonly processId: string;
  /** Of an end: of the process, in the node's numbers. */
  readonly pid: number | undefined;
  readonly exitStatus: number | undefined;
  readonly exitedAtNano: Nanos | undefined;
}

/** What is kept of `containerd.services.containers.v1.Container`; the specification is not read at all. */
export interface ContainerRecord {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly createdAtNano: Nanos | undefined;
  readonly sandboxId: string | undefined;
  /** The name that the CRI plug-in made, which ends in the kubelet's attempt. */
  readonly name: string | undefined;
}

/** `containerd.v1.types.Process`. */
export interface TaskRecord {
  readonly containerId: string;
  readonly status: string;
  readonly exitStatus: number;
  readonly exitedAtNano: Nanos | undefined;
}

/** The labels that say which container of which pod this is; an image's own labels stand among them. */
const OWN_LABEL = /^io\.(?:kubernetes\.(?:pod|container)|cri-containerd)\./;
const MAX_LABELS = 16;
/** A container's metadata holds its environment, which can be large, but not without end. */
const MAX_EXTENSION_BYTES = 1024 * 1024;
const TASK_STATUS = ['unknown', 'created', 'running', 'exited', 'paused', 'pausing'] as const;

/** @throws WireError */
export function readEnvelope(message: Uint8Array): Envelope {
  let timeNano: Nanos | undefined;
  let namespace = '';
  let topic = '';
  let type = '';
  let payload: Uint8Array = new Uint8Array();
  readMessage(message, (field) => {
    if (field.number === 1) timeNano = timestampOf(field);
    else if (field.number === 2) namespace = boundedText(field);
    else if (field.number === 3) topic = boundedText(field);
    else if (field.number === 4) ({ type, value: payload } = anyOf(field));
  });
  return { namespace, topic, timeNano, ...readPayload(type, payload) };
}

type Payload = Pick<Envelope, 'containerId' | 'processId' | 'pid' | 'exitStatus' | 'exitedAtNano'>;

interface FieldsOfEnd {
  readonly process: number;
  readonly pid: number;
  readonly exitStatus: number;
  readonly exitedAt: number;
}

/** Which field of an end holds what (`containerd.events`); of all others the first names the container. */
const FIELDS_OF_END: ReadonlyMap<string, FieldsOfEnd> = new Map([
  ['TaskExit', { process: 2, pid: 3, exitStatus: 4, exitedAt: 5 }],
  ['TaskDelete', { process: 5, pid: 2, exitStatus: 3, exitedAt: 4 }],
]);

function readPayload(type: string, payload: Uint8Array): Payload {
  const end = FIELDS_OF_END.get(type.slice(type.lastIndexOf('.') + 1));
  let containerId = '';
  let processId = '';
  let pid: number | undefined;
  let exitStatus: number | undefined;
  let exitedAtNano: Nanos | undefined;
  readMessage(payload, (field) => {
    if (field.number === 1) containerId = boundedText(field);
    else if (field.number === end?.process) processId = boundedText(field);
    else if (field.number === end?.pid) pid = uint32Of(field);
    else if (field.number === end?.exitStatus) exitStatus = uint32Of(field);
    else if (field.number === end?.exitedAt) exitedAtNano = timestampOf(field);
  });
  // A zero is not sent.
  if (end !== undefined) exitStatus ??= 0;
  return { containerId, processId, pid, exitStatus, exitedAtNano };
}

/** The container in an answer of `Get` or `ListStream`. @throws WireError */
export function readContainerAnswer(message: Uint8Array): ContainerRecord {
  let container: ContainerRecord | undefined;
  readMessage(message, (field) => {
    if (field.number === 1) container = readContainer(bytesOf(field));
  });
  if (container === undefined) throw new WireError('an answer holds no container');
  return container;
}

function readContainer(message: Uint8Array): ContainerRecord {
  let id = '';
  let image = '';
  let createdAtNano: Nanos | undefined;
  let sandboxId: string | undefined;
  let metadata: { sandboxId?: string; name?: string } = {};
  const labels: Record<string, string> = {};
  let kept = 0;
  readMessage(message, (field) => {
    if (field.number === 1) id = boundedText(field);
    else if (field.number === 2) {
      const { key, value } = entryOf(field);
      if (value === undefined || kept >= MAX_LABELS || !OWN_LABEL.test(key)) return;
      labels[key] = boundedText(value);
      kept += 1;
    } else if (field.number === 3) image = boundedText(field);
    else if (field.number === 8) createdAtNano = timestampOf(field);
    else if (field.number === 10) metadata = readExtension(field) ?? metadata;
    else if (field.number === 11) sandboxId = boundedText(field);
  });
  return {
    id,
    labels,
    image,
    createdAtNano,
    sandboxId: metadata.sandboxId ?? (sandboxId === '' ? undefined : sandboxId),
    name: metadata.name,
  };
}

const METADATA = new Set(['io.cri-containerd.container.metadata', 'io.cri-containerd.sandbox.metadata']);

/**
 * The CRI plug-in keeps what the kubelet asked for as JSON beside the container (containerd,
 * internal/cri/store/container `Metadata`). It holds environment and command line: two names are taken, and the rest
 * is forgotten here.
 */
function readExtension(field: WireField): { sandboxId?: string; name?: string } | undefined {
  const { key, value } = entryOf(field);
  if (value === undefined || !METADATA.has(key)) return undefined;
  const { value: json } = anyOf(value);
  if (json.length > MAX_EXTENSION_BYTES) return undefined;
  const metadata = metadataIn(json);
  const sandboxId = metadata['SandboxID'];
  const name = metadata['Name'];
  return {
    ...(typeof sandboxId === 'string' && sandboxId !== '' ? { sandboxId: bounded(sandboxId) } : {}),
    ...(typeof name === 'string' ? { name: bounded(name) } : {}),
  };
}

function metadataIn(json: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const whole: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
    return isRaw(whole) && isRaw(whole['Metadata']) ? whole['Metadata'] : {};
  } catch (error) {
    // Another runtime's extension: the container is known by its labels all the same.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** `ListTasksResponse`. @throws WireError */
export function readTasks(message: Uint8Array): TaskRecord[] {
  const tasks: TaskRecord[] = [];
  readMessage(message, (field) => {
    if (field.number === 1) tasks.push(readTask(bytesOf(field)));
  });
  return tasks;
}

function readTask(message: Uint8Array): TaskRecord {
  let containerId = '';
  let id = '';
  let status = 0;
  let exitStatus = 0;
  let exitedAtNano: Nanos | undefined;
  readMessage(message, (field) => {
    if (field.number === 1) containerId = boundedText(field);
    else if (field.number === 2) id = boundedText(field);
    else if (field.number === 4) status = int32Of(field);
    else if (field.number === 9) exitStatus = uint32Of(field);
    else if (field.number === 10) exitedAtNano = timestampOf(field);
  });
  // A list names the container by `id` alone.
  return {
    containerId: containerId === '' ? id : containerId,
    status: TASK_STATUS[status] ?? 'unknown',
    exitStatus,
    exitedAtNano,
  };
}

function anyOf(field: WireField): { readonly type: string; readonly value: Uint8Array } {
  let type = '';
  let value: Uint8Array = new Uint8Array();
  readMessage(bytesOf(field), (part) => {
    if (part.number === 1) type = boundedText(part);
    else if (part.number === 2) value = bytesOf(part);
  });
  return { type, value };
}

/** `google.protobuf.Timestamp`; Go's zero time, which is long before the epoch, is none. */
function timestampOf(field: WireField): Nanos | undefined {
  let seconds = 0n;
  let nanos = 0;
  readMessage(bytesOf(field), (part) => {
    if (part.number === 1) seconds = int64Of(part);
    else if (part.number === 2) nanos = int32Of(part);
  });
  return nanosOf(seconds * 1_000_000_000n + BigInt(nanos));
}
