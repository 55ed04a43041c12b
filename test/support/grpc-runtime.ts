// A container runtime that says what a test wants it to say, over real gRPC (@grpc/grpc-js), by the protocol files that
// stand beside the agent's own reading of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';

const PROTO = join(import.meta.dirname, '../../agent/sources/cri/proto');
const FILES = ['events', 'payloads', 'containers', 'tasks', 'version', 'runtime'].map(
  (name) => `${name}.proto`,
);

const definition = loader.loadSync(FILES, {
  includeDirs: [PROTO],
  longs: String,
  enums: String,
  defaults: false,
});

/** Writes a message of the protocol as bytes. */
export function protobuf(type: string, message: object): Buffer {
  const found = definition[type];
  if (found === undefined || !('serialize' in found)) throw new Error(`the protocol files have no ${type}`);
  return (found as loader.MessageTypeDefinition<object, object>).serialize(message);
}

/** Nanoseconds since the epoch as a `Timestamp`. */
export function protobufTime(nanos: bigint): { seconds: string; nanos: number } {
  return { seconds: String(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) };
}

/** What answers a call: a message or a list of them, what is thrown being its failure. A stream stays open. */
export type Answer = (request: object) => unknown;

export interface GrpcRuntime {
  readonly socketPath: string;
  /** Sends a message to everyone who reads the stream of that method. */
  send(method: string, message: object): void;
  /** How many read the stream of that method. */
  listeners(method: string): number;
  close(): Promise<void>;
}

/**
 * @param answers by method, such as `runtime.v1.RuntimeService/Version`; what is not there is unimplemented. `stream`
 *   is answered by what is sent later
 */
export async function startGrpcRuntime(
  answers: Readonly<Record<string, Answer | 'stream'>>,
): Promise<GrpcRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-grpc-'));
  const socketPath = join(folder, 'runtime.sock');
  const server = new grpc.Server();
  const streams = new Map<string, Set<grpc.ServerWritableStream<object, object>>>();
  for (const [service, methods] of Object.entries(definition)) {
    if ('format' in methods) continue;
    const handlers: Record<string, grpc.UntypedHandleCall> = {};
    for (const [name, { responseStream }] of Object.entries(methods)) {
      const method = `${service}/${name}`;
      const answer = answers[method];
      if (answer === undefined) continue;
      handlers[name] = responseStream ? streamed(method, answer, streams) : answered(answer);
    }
    if (Object.keys(handlers).length > 0) server.addService(methods, handlers);
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, grpc.ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return {
    socketPath,
    send(method, message) {
      for (const stream of streams.get(method) ?? []) stream.write(message);
    },
    listeners: (method) => streams.get(method)?.size ?? 0,
    async close() {
      server.forceShutdown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answered(answer: Answer | 'stream'): grpc.handleUnaryCall<object, object> {
  return (call, reply) => {
    try {
      if (answer === 'stream') throw new Error('this method has one answer');
      reply(null, answer(call.request) as object);
    } catch (error) {
      reply(error as grpc.ServiceError);
    }
  };
}

function streamed(
  method: string,
  answer: Answer | 'stream',
  streams: Map<string, Set<grpc.ServerWritableStream<object, object>>>,
): grpc.handleServerStreamingCall<object, object> {
  return (call) => {
    if (answer !== 'stream') {
      for (const message of answer(call.request) as object[]) call.write(message);
      call.end();
      return;
    }
    const open = streams.get(method) ?? new Set();
    streams.set(method, open.add(call));
    call.once('cancelled', () => open.delete(call));
  };
}

/** A failure as gRPC tells it. */
export function grpcFailure(code: keyof typeof grpc.status, details: string): Error {
  return Object.assign(new Error(details), { code: grpc.status[code], details });
}
