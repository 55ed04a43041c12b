import type { Nanos } from './bounded-fields.ts';
import {
  type ContainerRecord,
  type Envelope,
  readContainerAnswer,
  readEnvelope,
  readTasks,
  type TaskRecord,
} from './containerd-messages.ts';
import type { SentSignals, SignalWatch } from '../signals/kernel-signals.ts';
import { type CriStatus, readStatusAnswer } from './cri-messages.ts';
import type { GrpcCall, GrpcConnection } from './grpc-connection.ts';
import { KnownContainers } from './known-containers.ts';
import type { KnownContainer, RuntimeWatch, Said, Saying } from './saying.ts';
import { isNotFound, isUnimplemented } from './unavailable.ts';
import { WireError, writeTexts } from './wire.ts';

/** The namespace of containerd in which the CRI plug-in has the kubelet's containers. */
export const KUBELET_NAMESPACE = 'k8s.io';
export const CONTAINERD = 'containerd';

/** What is subscribed to. Of a task's creation the start tells more; updates and executed processes tell of no life. */
export const TOPICS = [
  '/containers/create',
  '/containers/delete',
  '/tasks/start',
  '/tasks/exit',
  '/tasks/delete',
  '/tasks/oom',
  '/tasks/paused',
  '/tasks/resumed',
] as const;

const METHODS = {
  version: 'containerd.services.version.v1.Version/Version',
  subscribe: 'containerd.services.events.v1.Events/Subscribe',
  listContainers: 'containerd.services.containers.v1.Containers/ListStream',
  getContainer: 'containerd.services.containers.v1.Containers/Get',
  listTasks: 'containerd.services.tasks.v1.Tasks/List',
  containerStatus: 'runtime.v1.RuntimeService/ContainerStatus',
} as const;

const LABEL_OF_KIND = 'io.cri-containerd.kind';

export interface ContainerdWatchParts {
  readonly connection: GrpcConnection;
  /** Now, in nanoseconds since the epoch, of the agent's clock. */
  readonly now: () => Nanos;
  /** Default: `KUBELET_NAMESPACE`. */
  readonly namespace?: string;
  /** What signals processes get, which containerd does not tell. Default: unknown. */
  readonly signals?: SignalWatch;
}

/**
 * Subscribes to containerd's events, and lists the containers and tasks that there are.
 *
 * containerd keeps no past events, and says nothing when a subscription begins to count. It does so before it has
 * answered a later call on the same connection, for all that can be seen; and only then are the lists asked for, so
 * that what happens in between is in them.
 *
 * @throws CriUnavailableError with `grpc-12` where this is no containerd
 */
export async function openContainerdWatch(
  parts: ContainerdWatchParts,
  signal: AbortSignal,
): Promise<RuntimeWatch> {
  const { connection, namespace = KUBELET_NAMESPACE } = parts;
  await connection.unary({ method: METHODS.version, request: writeTexts() }, signal);
  const filters = TOPICS.map(
    (topic) => `namespace==${JSON.stringify(namespace)},topic==${JSON.stringify(topic)}`,
  );
  const events = connection.stream(
    { method: METHODS.subscribe, request: writeTexts(...filters.map((filter) => [1, filter] as const)) },
    signal,
  );
  await connection.unary({ method: METHODS.version, request: writeTexts() }, signal);
  events.throwIfFailed();
  const watch = new ContainerdWatch({ ...parts, namespace }, events, signal);
  await watch.list(signal);
  return watch;
}

type Parts = ContainerdWatchParts & { readonly namespace: string };

class ContainerdWatch implements RuntimeWatch {
  readonly #parts: Parts;
  readonly #events: AsyncIterable<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #known = new KnownContainers();
  #tasks: ReadonlyMap<string, TaskRecord> = new Map();
  #listed: readonly KnownContainer[] = [];

  constructor(parts: Parts, events: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.#parts = parts;
    this.#events = events;
    this.#signal = signal;
  }

  get said(): AsyncIterable<Said> {
    return this.#read();
  }

  async list(signal: AbortSignal): Promise<void> {
    const { connection } = this.#parts;
    const listed: KnownContainer[] = [];
    for await (const answer of connection.list(this.#call(METHODS.listContainers), signal)) {
      const container = knownOf(readContainerAnswer(answer));
      listed.push(container);
      this.#known.add(container);
    }
    this.#listed = listed;
    const tasks = readTasks(await connection.unary(this.#call(METHODS.listTasks), signal));
    this.#tasks = new Map(tasks.map((task) => [task.containerId, task]));
  }

  async *look(signal: AbortSignal): AsyncGenerator<Saying, void, undefined> {
    const [listed, tasks] = [this.#listed, this.#tasks];
    // They are needed for this look only.
    this.#listed = [];
    this.#tasks = new Map();
    const now = this.#parts.now();
    let speaksCri = true;
    for (const container of listed) {
      const task = tasks.get(container.id);
      const asks = speaksCri && container.kind === 'container' && isOfInterest(container, task, now);
      const status = asks ? await this.#status(container.id, signal) : undefined;
      if (status === 'unimplemented') speaksCri = false;
      yield {
        topic: 'look',
        timeNano: this.#parts.now(),
        runtime: CONTAINERD,
        container,
        ...(task === undefined ? {} : { task }),
        ...(status === undefined || status === 'unimplemented' ? {} : { status }),
      };
    }
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.#parts.connection.unary({ method: METHODS.version, request: writeTexts() }, signal);
  }

  async *#read(): AsyncGenerator<Said, void, undefined> {
    for await (const message of this.#events) {
      try {
        const saying = await this.#sayingOf(readEnvelope(message));
        if (saying !== undefined) yield { saying };
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        yield { unreadable: 'message-malformed' };
      }
    }
  }

  async #sayingOf(envelope: Envelope): Promise<Saying | undefined> {
    const { namespace, topic, timeNano, containerId, processId, exitStatus, exitedAtNano } = envelope;
    if (namespace !== this.#parts.namespace || containerId === '') return undefined;
    if (processId !== '' && processId !== containerId) return undefined;
    if (timeNano === undefined) throw new WireError('an event has no time');
    const container = await this.#containerOf(topic, containerId);
    if (topic === '/containers/delete') this.#known.delete(containerId);
    if (container === undefined) return undefined;
    const signals = this.#signalsBefore(envelope, container);
    return {
      topic,
      timeNano,
      runtime: CONTAINERD,
      container,
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(exitedAtNano === undefined ? {} : { exitedAtNano }),
      ...(signals === undefined ? {} : { signals }),
    };
  }

  #signalsBefore(
    { pid, exitedAtNano: endedAtNano }: Envelope,
    { kind, createdAtNano: sinceNano }: KnownContainer,
  ): SentSignals | undefined {
    if (kind !== 'container' || pid === undefined || endedAtNano === undefined) return undefined;
    return this.#parts.signals?.sentTo({ pid, sinceNano, endedAtNano });
  }

  async #containerOf(topic: string, id: string): Promise<KnownContainer | undefined> {
    const known = this.#known.get(id);
    if (known !== undefined || topic === '/containers/delete') return known;
    try {
      const request = writeTexts([1, id]);
      const answer = await this.#parts.connection.unary(
        { ...this.#call(METHODS.getContainer), request },
        this.#signal,
      );
      const container = knownOf(readContainerAnswer(answer));
      this.#known.add(container);
      return container;
    } catch (error) {
      // It is gone already, and whose it was with it.
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #status(id: string, signal: AbortSignal): Promise<CriStatus | 'unimplemented' | undefined> {
    try {
      const request = writeTexts([1, id]);
      return readStatusAnswer(
        await this.#parts.connection.unary({ method: METHODS.containerStatus, request }, signal),
      );
    } catch (error) {
      if (isUnimplemented(error)) return 'unimplemented';
      // Gone meanwhile, or a container that the CRI plug-in does not know.
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #call(method: string): GrpcCall {
    return { method, request: writeTexts(), namespace: this.#parts.namespace };
  }
}

const RECENT_NANOS = 3_600_000_000_000n;

/**
 * Whether CRI is asked for the moments of a container's life: of one that runs on since more than an hour the kubelet's
 * status, in whole seconds, tells enough. To ask about each of a hundred costs memory that the agent then keeps.
 */
function isOfInterest({ createdAtNano }: KnownContainer, task: TaskRecord | undefined, now: Nanos): boolean {
  if (task?.status !== 'running' || createdAtNano === undefined) return true;
  return BigInt(now) - BigInt(createdAtNano) < RECENT_NANOS;
}

/** `NAME_POD_NAMESPACE_UID_ATTEMPT`, of a sandbox without the first (containerd, `makeContainerName`). */
const ATTEMPT_IN_NAME = /_(\d{1,9})$/;

function knownOf({ id, labels, image, createdAtNano, sandboxId, name }: ContainerRecord): KnownContainer {
  const attempt = ATTEMPT_IN_NAME.exec(name ?? '')?.[1];
  const kind = labels[LABEL_OF_KIND];
  return {
    id,
    kind: kind === 'sandbox' || kind === 'container' ? kind : undefined,
    labels,
    sandboxId: kind === 'sandbox' ? undefined : sandboxId,
    attempt: attempt === undefined ? undefined : Number(attempt),
    image: image === '' ? undefined : image,
    createdAtNano,
  };
}
