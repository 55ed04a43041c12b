/** The few calls of a runtime's gRPC services that the lab needs, over its socket, by the agent's protocol files. */
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';

const PROTO = join(import.meta.dirname, '../../agent/sources/cri/proto');

const definition = loader.loadSync(['runtime.proto', 'events.proto', 'payloads.proto'], {
  includeDirs: [PROTO],
  longs: String,
  enums: String,
  defaults: true,
});

const EVENTS = 'containerd.services.events.v1.Events';
const RUNTIME = 'runtime.v1.RuntimeService';

/** One event of containerd, its payload read. */
export interface ContainerdEvent {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export class CriClient {
  readonly #client: grpc.Client;

  constructor(socket: string) {
    this.#client = new grpc.Client(`unix:${socket}`, grpc.credentials.createInsecure());
  }

  /** Calls a method of `runtime.v1.RuntimeService`; throws with the runtime's own words. */
  ask<T>(method: string, request: object): Promise<T> {
    const { path, requestSerialize, responseDeserialize } = methodOf(RUNTIME, method);
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + 30_000;
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        { deadline },
        (error, answer) => (error === null ? resolve(answer as T) : reject(error)),
      );
    });
  }

  /** Hears containerd's events of the kubelet's namespace until the returned function is called. */
  subscribe(topics: readonly string[], hear: (event: ContainerdEvent) => void): () => void {
    const { path, requestSerialize, responseDeserialize } = methodOf(EVENTS, 'Subscribe');
    const filters = topics.map((topic) => `namespace=="k8s.io",topic=="${topic}"`);
    const call = this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
      filters,
    });
    call.on('data', (envelope: Envelope) => hear(read(envelope)));
    // It ends with the runtime or with us: there is nothing to be said of it.
    call.on('error', () => undefined);
    return () => call.cancel();
  }

  close(): void {
    this.#client.close();
  }
}

interface Envelope {
  readonly topic: string;
  readonly event: { readonly type_url: string; readonly value: Buffer };
}

function read({ topic, event }: Envelope): ContainerdEvent {
  const type = definition[event.type_url];
  if (type === undefined || !('deserialize' in type)) return { topic, payload: {} };
  return {
    topic,
    payload: (type as loader.MessageTypeDefinition<object, Record<string, unknown>>).deserialize(event.value),
  };
}

function methodOf(service: string, method: string): loader.MethodDefinition<object, object> {
  const found = (definition[service] as loader.ServiceDefinition | undefined)?.[method];
  if (found === undefined) throw new Error(`the protocol files have no ${service}/${method}`);
  return found;
}
