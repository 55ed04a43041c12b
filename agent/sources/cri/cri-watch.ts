import type { Nanos } from './bounded-fields.ts';
import {
  type CriEventMessage,
  type CriSandbox,
  type CriStatus,
  readContainers,
  readCriEvent,
  readCriVersion,
  readSandboxes,
  readStatusAnswer,
} from './cri-messages.ts';
import type { GrpcConnection } from './grpc-connection.ts';
import { KnownContainers } from './known-containers.ts';
import type { KnownContainer, RuntimeWatch, Said, Saying } from './saying.ts';
import { isNotFound } from './unavailable.ts';
import { WireError, writeTexts } from './wire.ts';

const SERVICE = 'runtime.v1.RuntimeService';

export interface CriWatchParts {
  readonly connection: GrpcConnection;
  /** Now, in nanoseconds since the epoch, of the agent's clock. */
  readonly now: () => Nanos;
}

/**
 * Watches by the Container Runtime Interface itself (`GetContainerEvents`), for a runtime that has no events of its
 * own: CRI-O with `enable_pod_events`. It tells of less than containerd: of no OOM kill but by the reason of an end.
 *
 * @throws CriUnavailableError with `grpc-12` where the runtime does not offer it
 */
export async function openCriWatch(parts: CriWatchParts, signal: AbortSignal): Promise<RuntimeWatch> {
  const { connection } = parts;
  const version = { method: `${SERVICE}/Version`, request: writeTexts() };
  const { runtime } = readCriVersion(await connection.unary(version, signal));
  const events = connection.stream(
    { method: `${SERVICE}/GetContainerEvents`, request: writeTexts() },
    signal,
  );
  // As with containerd: the subscription counts once a later call is answered.
  await connection.unary(version, signal);
  events.throwIfFailed();
  const watch = new CriWatch(parts, runtime, events);
  await watch.list(signal);
  return watch;
}

class CriWatch implements RuntimeWatch {
  readonly #parts: CriWatchParts;
  readonly #runtime: string;
  readonly #events: AsyncIterable<Uint8Array>;
  readonly #known = new KnownContainers();
  #listed: readonly KnownContainer[] = [];

  constructor(parts: CriWatchParts, runtime: string, events: AsyncIterable<Uint8Array>) {
    this.#parts = parts;
    this.#runtime = runtime;
    this.#events = events;
  }

  get said(): AsyncIterable<Said> {
    return this.#read();
  }

  async list(signal: AbortSignal): Promise<void> {
    const sandboxes = readSandboxes(await this.#ask('ListPodSandbox', writeTexts(), signal));
    const containers = readContainers(await this.#ask('ListContainers', writeTexts(), signal));
    const listed = [
      ...sandboxes.map(sandboxOf),
      ...containers.map((container) => containerOf(container, container.sandboxId)),
    ];
    for (const container of listed) this.#known.add(container);
    this.#listed = listed;
  }

  async *look(signal: AbortSignal): AsyncGenerator<Saying, void, undefined> {
    const listed = this.#listed;
    this.#listed = [];
    for (const container of listed) {
      const status = container.kind === 'sandbox' ? undefined : await this.#status(container.id, signal);
      yield this.#saying('look', this.#parts.now(), container, status);
    }
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.#ask('Version', writeTexts(), signal);
  }

  async *#read(): AsyncGenerator<Said, void, undefined> {
    for await (const message of this.#events) {
      try {
        yield* this.#sayingsOf(readCriEvent(message));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        yield { unreadable: 'message-malformed' };
      }
    }
  }

  *#sayingsOf({ containerId, type, timeNano, sandbox, statuses }: CriEventMessage): Generator<Said> {
    const status = statuses.find(({ id }) => id === containerId);
    const container = this.#identify(containerId, sandbox, status);
    if (container === undefined) return;
    if (timeNano === undefined) throw new WireError('an event has no time');
    if (type === 'deleted') this.#known.delete(containerId);
    else this.#known.add(container);
    yield { saying: this.#saying(type, timeNano, container, status) };
    // An end says by a word of its status alone that memory ran out, which is what a look tells.
    if (type === 'stopped' && status !== undefined)
      yield { saying: this.#saying('look', timeNano, container, status) };
  }

  #identify(
    id: string,
    sandbox: CriSandbox | undefined,
    status: CriStatus | undefined,
  ): KnownContainer | undefined {
    if (sandbox !== undefined && sandbox.id === id) return sandboxOf(sandbox);
    if (status !== undefined) return containerOf(status, sandbox?.id);
    return this.#known.get(id);
  }

  #saying(topic: string, timeNano: Nanos, container: KnownContainer, status: CriStatus | undefined): Saying {
    const said = { topic, timeNano, runtime: this.#runtime, container };
    return status === undefined ? said : { ...said, status };
  }

  async #status(id: string, signal: AbortSignal): Promise<CriStatus | undefined> {
    try {
      return readStatusAnswer(await this.#ask('ContainerStatus', writeTexts([1, id]), signal));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #ask(method: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    return this.#parts.connection.unary({ method: `${SERVICE}/${method}`, request }, signal);
  }
}

function sandboxOf({
  id,
  podName,
  podNamespace,
  podUid,
  attempt,
  createdAtNano,
}: CriSandbox): KnownContainer {
  return {
    id,
    kind: 'sandbox',
    labels: {
      'io.kubernetes.pod.name': podName,
      'io.kubernetes.pod.namespace': podNamespace,
      'io.kubernetes.pod.uid': podUid,
    },
    sandboxId: undefined,
    attempt,
    image: undefined,
    createdAtNano,
  };
}

function containerOf(status: CriStatus, sandboxId: string | undefined): KnownContainer {
  const { id, labels, attempt, image, createdAtNano } = status;
  return { id, kind: 'container', labels, sandboxId, attempt, image, createdAtNano };
}
