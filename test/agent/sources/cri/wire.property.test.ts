import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readContainerAnswer,
  readEnvelope,
  readTasks,
} from '../../../../agent/sources/cri/containerd-messages.ts';
import {
  readContainers,
  readCriEvent,
  readCriVersion,
  readSandboxes,
  readStatusAnswer,
} from '../../../../agent/sources/cri/cri-messages.ts';
import { messagesOf } from '../../../../agent/sources/cri/grpc-frames.ts';
import { readMessage, WireError, writeTexts } from '../../../../agent/sources/cri/wire.ts';
import { CriUnavailableError } from '../../../../agent/sources/cri/unavailable.ts';
import { createTrim } from '../../../../agent/trim/trim.ts';
import { recordedEvent } from '../../../../timeline/contract/event.ts';
import { protobuf, protobufTime } from '../../../support/grpc-runtime.ts';

const READERS = {
  readEnvelope,
  readContainerAnswer,
  readTasks,
  readCriEvent,
  readCriVersion,
  readContainers,
  readSandboxes,
  readStatusAnswer,
};

/** Real messages, to be broken: of nothing but chance most are refused at the first byte. */
const MESSAGES: readonly Buffer[] = [
  protobuf('containerd.services.events.v1.Envelope', {
    timestamp: protobufTime(1_790_000_000_000_000_001n),
    namespace: 'k8s.io',
    topic: '/tasks/exit',
    event: {
      type_url: 'containerd.events.TaskExit',
      value: protobuf('containerd.events.TaskExit', { containerId: 'web', id: 'web', exitStatus: 137 }),
    },
  }),
  protobuf('containerd.services.containers.v1.GetContainerResponse', {
    container: {
      id: 'web',
      labels: { 'io.kubernetes.pod.uid': 'u', 'io.cri-containerd.kind': 'container' },
      extensions: {
        'io.cri-containerd.container.metadata': {
          type_url: 'any',
          value: Buffer.from('{"Version":"v1","Metadata":{"Name":"a_b_c_d_4","SandboxID":"s"}}'),
        },
      },
    },
  }),
  protobuf('runtime.v1.ContainerEventResponse', {
    containerId: 'web',
    createdAt: '1',
    podSandboxStatus: { id: 's', metadata: { name: 'p' } },
    containersStatuses: [{ id: 'web', labels: { a: 'b' } }],
  }),
];

/** A message with some bytes changed, or cut short. */
const broken = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
    fc.nat(),
  )
  .map(([message, changes, cut]) => {
    const copy = Buffer.from(message);
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return cut % 3 === 0 ? copy.subarray(0, cut % copy.length) : copy;
  });
const anything = fc.oneof(fc.uint8Array({ maxLength: 512 }), broken);

describe('what comes off the socket', () => {
  test.each(Object.entries(READERS))(
    '%s takes it or refuses it as a WireError, whatever it is',
    (_, read) => {
      fc.assert(
        fc.property(anything, (bytes) => {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }),
        { numRuns: 2_000 },
      );
    },
  );

  test('becomes an event that the contract takes, or none, whatever stands in it', () => {
    const trim = createTrim({ agent: { instance: 'a', role: 'node', node: 'node1' } });
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.constantFrom(
        'look',
        '/tasks/exit',
        'stopped',
        'sandbox',
        'exited',
        '1790000000000000000',
        'OOMKilled',
      ),
    );
    const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.double());
    const labels = fc.record({
      'io.kubernetes.pod.name': text,
      'io.kubernetes.pod.namespace': text,
      'io.kubernetes.pod.uid': text,
      'io.kubernetes.container.name': text,
    });
    const raw = fc.record(
      {
        topic: text,
        timeNano: value,
        runtime: text,
        exitStatus: value,
        exitedAtNano: value,
        container: fc.record({
          id: value,
          kind: text,
          labels,
          attempt: value,
          createdAtNano: value,
          image: value,
        }),
        task: fc.record({ status: value, exitStatus: value, exitedAtNano: value }),
        status: fc.record({
          state: value,
          exitCode: value,
          startedAtNano: value,
          finishedAtNano: value,
          reason: value,
        }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (said) => {
        const events = trim({ at: '2026-01-31T08:00:10Z', source: 'cri', raw: said });
        for (const event of events) expect(recordedEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read alike however it is cut into pieces', async () => {
    const framed = Buffer.concat(
      MESSAGES.map((message) => Buffer.concat([prefixOf(message.length), message])),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sizes) => {
        const read: Buffer[] = [];
        for await (const message of messagesOf(pieces(framed, sizes), 4096)) read.push(Buffer.from(message));
        expect(read).toEqual(MESSAGES);
      }),
    );
  });

  test.each([
    ['too long', Buffer.concat([prefixOf(4097), Buffer.alloc(10)])],
    ['compressed', Buffer.concat([Buffer.from([1]), prefixOf(1).subarray(1), Buffer.alloc(1)])],
  ])('is refused before it is read when it is %s', async (_what, bytes) => {
    const read = async () => {
      for await (const message of messagesOf(pieces(bytes, [64]), 4096)) expect(message).toBeUndefined();
    };
    await expect(read()).rejects.toThrow(CriUnavailableError);
  });

  test('holds nothing more than its own length makes of it', () => {
    const longest = Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    expect(() => readMessage(longest, () => {})).toThrow('a field ends too early');
    expect(() =>
      readMessage(Buffer.from([0x08, ...Array.from({ length: 11 }, () => 0xff)]), () => {}),
    ).toThrow('a number is longer than 64 bits');
  });

  test('is written as gRPC reads it', () => {
    const filters = ['namespace=="k8s.io"', 'ü'.repeat(200)];
    expect(Buffer.from(writeTexts(...filters.map((filter) => [1, filter] as const)))).toEqual(
      protobuf('containerd.services.events.v1.SubscribeRequest', { filters }),
    );
  });
});

function prefixOf(length: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
    await Promise.resolve();
  }
}
