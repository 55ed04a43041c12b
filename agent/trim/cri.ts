import type { CriAction, CriEvent } from '../../timeline/contract/cri-event.ts';
import type { PodRef, RuntimeName, Timestamp } from '../../timeline/contract/primitives.ts';
import { CRI_CONTAINER, CRI_LABELS, CRI_SAYING, CRI_SIGNALS, CRI_STATUS, CRI_TASK } from '../allow-list.ts';
import type { Notes } from './drops.ts';
import { isRaw, objectAt, type Raw, readFields } from './readers.ts';
import { timeOfNanos } from './time-of-nanos.ts';

export type TrimmedCri = Omit<CriEvent, 'id' | 'source' | 'observedAt'>;

/** containerd's topics, and the types of CRI's own events, by what they are at Docker. */
const ACTIONS: ReadonlyMap<unknown, CriAction> = new Map([
  ['/containers/create', 'create'],
  ['/containers/delete', 'destroy'],
  ['/tasks/start', 'start'],
  ['/tasks/exit', 'die'],
  // Says again what the exit said, and so becomes the same event; it stands in where that was missed.
  ['/tasks/delete', 'die'],
  ['/tasks/oom', 'oom'],
  ['/tasks/paused', 'pause'],
  ['/tasks/resumed', 'unpause'],
  ['created', 'create'],
  ['started', 'start'],
  ['stopped', 'die'],
  ['deleted', 'destroy'],
  ['look', 'inspect'],
]);

const RUNTIMES: ReadonlyMap<unknown, RuntimeName> = new Map([
  ['containerd', 'containerd'],
  ['cri-o', 'cri-o'],
]);

/** The kubelet's word for a sandbox. */
const SANDBOX = 'POD';

/**
 * Takes of what a runtime said, or of what a look found, what the allow-list names. Gives undefined for what is not
 * recorded, and for a container that is no pod's; the problem for what cannot be told of. Never throws.
 *
 * @param node the agent's node, if it knows it
 */
export function trimCri(
  raw: Raw,
  node: string | undefined,
  notes: Notes,
): TrimmedCri | { readonly problem: string } | undefined {
  const action = ACTIONS.get(raw['topic']);
  if (action === undefined) return undefined;
  const rawContainer = objectAt(raw, 'container', notes);
  const inContainer = notes.within('container');
  const { id: containerId, ...facts } = readFields(rawContainer, CRI_CONTAINER, inContainer);
  if (containerId === undefined) return { problem: 'container.id is missing or odd' };
  const whose = identityOf(rawContainer, inContainer);
  if (whose === undefined) return undefined;
  const status = statusOf(raw, notes);
  const timeNano = momentOf(action, raw, status);
  if (timeNano === undefined) return { problem: 'timeNano is missing or not digits in a text' };
  const exitCode = action === 'die' ? endedWith(raw, status, notes) : undefined;
  const signals = action === 'die' ? signalsBefore(raw, notes) : undefined;
  const { sandboxId, ...own } = facts;
  return {
    action,
    occurredAt: timeOfNanos(timeNano),
    timeNano,
    runtime: RUNTIMES.get(raw['runtime']) ?? 'other',
    pod: node === undefined ? whose.pod : { ...whose.pod, node },
    role: whose.role,
    container: whose.container,
    containerId,
    ...(sandboxId === undefined || whose.role === 'sandbox' ? {} : { sandboxId }),
    ...own,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signals === undefined ? {} : { signals }),
    ...(action === 'inspect' ? { state: stateOf(raw, status, notes) } : {}),
  };
}

function identityOf(
  container: Raw,
  notes: Notes,
): { readonly pod: PodRef; readonly role: CriEvent['role']; readonly container: string } | undefined {
  const label = readFields(objectAt(container, 'labels', notes), CRI_LABELS, notes.within('labels'));
  const { podName, podNamespace, podUid } = label;
  if (podName === undefined || podNamespace === undefined || podUid === undefined) return undefined;
  const pod = { namespace: podNamespace, name: podName, uid: podUid };
  if (container['kind'] === 'sandbox') return { pod, role: 'sandbox', container: SANDBOX };
  if (label.container === undefined) return undefined;
  return { pod, role: 'container', container: label.container };
}

/** CRI's status of the container, where there is one. */
interface Status {
  readonly raw: Raw;
  readonly status?: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

function statusOf(raw: Raw, notes: Notes): Status | undefined {
  const status = raw['status'];
  return isRaw(status)
    ? { raw: status, ...readFields(status, CRI_STATUS, notes.within('status')) }
    : undefined;
}

/** Of an end, when it ended: the runtime tells of it a moment later. */
function momentOf(action: CriAction, raw: Raw, status: Status | undefined): string | undefined {
  const ended =
    action === 'die' ? (nanosIn(raw, 'exitedAtNano') ?? nanosIn(status?.raw, 'finishedAtNano')) : undefined;
  return ended ?? nanosIn(raw, 'timeNano');
}

function endedWith(raw: Raw, status: Status | undefined, notes: Notes): number | undefined {
  return readFields(raw, CRI_SAYING, notes).exitCode ?? status?.exitCode;
}

/** An empty list tells that there was none. One of which a part is odd tells nothing: what is left would seem to be all. */
function signalsBefore(raw: Raw, notes: Notes): CriEvent['signals'] {
  const told = raw['signals'];
  if (!isRaw(told) || !Array.isArray(told['received'])) return undefined;
  const { since, received = [] } = readFields(told, CRI_SIGNALS, notes.within('signals'));
  return since === undefined || received.length !== told['received'].length ? undefined : { since, received };
}

function stateOf(raw: Raw, status: Status | undefined, notes: Notes): NonNullable<CriEvent['state']> {
  const createdAt = timeIn(status?.raw, 'createdAtNano') ?? timeIn(raw['container'], 'createdAtNano');
  const created = createdAt === undefined ? {} : { createdAt };
  if (status?.status !== undefined) return { ...ofStatus(status, status.status), ...created };
  const task = raw['task'];
  if (!isRaw(task)) return { status: 'unknown', ...created };
  const { status: word = 'unknown', exitCode } = readFields(task, CRI_TASK, notes.within('task'));
  if (word !== 'exited') return { status: word, ...created };
  const finishedAt = timeIn(task, 'exitedAtNano');
  return {
    status: word,
    ...created,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function ofStatus({ raw, exitCode, reason }: Status, word: string): NonNullable<CriEvent['state']> {
  const startedAt = timeIn(raw, 'startedAtNano');
  const finishedAt = timeIn(raw, 'finishedAtNano');
  const hasEnded = word === 'exited';
  return {
    status: word,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(hasEnded && finishedAt !== undefined ? { finishedAt } : {}),
    ...(hasEnded && exitCode !== undefined ? { exitCode } : {}),
    ...(reason === 'OOMKilled' ? { oomKilled: true } : {}),
  };
}

function timeIn(raw: unknown, key: string): Timestamp | undefined {
  const nanos = nanosIn(raw, key);
  return nanos === undefined ? undefined : timeOfNanos(nanos);
}

function nanosIn(raw: unknown, key: string): string | undefined {
  const nanos = isRaw(raw) ? raw[key] : undefined;
  return typeof nanos === 'string' && /^\d{1,19}$/.test(nanos) ? nanos : undefined;
}
