import { describe, expect, test } from 'vitest';
import {
  readContainerAnswer,
  readEnvelope,
  readTasks,
} from '../../../../agent/sources/cri/containerd-messages.ts';
import {
  readContainers,
  readCriEvent,
  readStatusAnswer,
} from '../../../../agent/sources/cri/cri-messages.ts';
import { protobuf, protobufTime } from '../../../support/grpc-runtime.ts';

const SECRET = 'hunter2';

function envelope(topic: string, type: string, payload: object): Buffer {
  return protobuf('containerd.services.events.v1.Envelope', {
    timestamp: protobufTime(1_790_000_000_123_456_789n),
    namespace: 'k8s.io',
    topic,
    event: { type_url: `containerd.events.${type}`, value: protobuf(`containerd.events.${type}`, payload) },
  });
}

describe('what containerd says', () => {
  test('of an end is read by the fields of its kind', () => {
    const exitedAt = protobufTime(1_790_000_000_000_000_001n);
    const exit = { containerId: 'web', id: 'web', pid: 7, exitStatus: 3, exitedAt };

    expect(readEnvelope(envelope('/tasks/exit', 'TaskExit', exit))).toEqual({
      namespace: 'k8s.io',
      topic: '/tasks/exit',
      timeNano: '1790000000123456789',
      containerId: 'web',
      processId: 'web',
      pid: 7,
      exitStatus: 3,
      exitedAtNano: '1790000000000000001',
    });
    expect(readEnvelope(envelope('/tasks/delete', 'TaskDelete', exit))).toMatchObject({
      containerId: 'web',
      processId: 'web',
      pid: 7,
      exitStatus: 3,
      exitedAtNano: '1790000000000000001',
    });
  });

  test('of an exit code 0 is an exit code, though it is not sent', () => {
    expect(
      readEnvelope(envelope('/tasks/exit', 'TaskExit', { containerId: 'web', id: 'web' })),
    ).toMatchObject({
      exitStatus: 0,
      exitedAtNano: undefined,
    });
  });

  test.each([
    ['/containers/create', 'ContainerCreate', { id: 'web', image: 'httpd' }],
    ['/containers/delete', 'ContainerDelete', { id: 'web' }],
    ['/tasks/start', 'TaskStart', { containerId: 'web', pid: 4 }],
    ['/tasks/oom', 'TaskOOM', { containerId: 'web' }],
    ['/tasks/paused', 'TaskPaused', { containerId: 'web' }],
  ])('at %s names its container and no end', (topic, type, payload) => {
    expect(readEnvelope(envelope(topic, type, payload))).toMatchObject({
      topic,
      containerId: 'web',
      processId: '',
      pid: undefined,
      exitStatus: undefined,
    });
  });

  test('of a container is who it is, and nothing of its environment', () => {
    const metadata = {
      Version: 'v1',
      Metadata: {
        ID: 'web',
        Name: 'app_web-0_shop_uid_2',
        SandboxID: 'sandbox1',
        Config: { envs: [{ key: 'PASSWORD', value: SECRET }], args: [SECRET] },
      },
    };
    const container = {
      id: 'web',
      labels: {
        'io.kubernetes.pod.uid': 'uid',
        'io.cri-containerd.kind': 'container',
        'org.opencontainers.image.vendor': SECRET,
      },
      image: 'docker.io/library/httpd:2',
      spec: {
        type_url: 'types.containerd.io/opencontainers/runtime-spec/1/Spec',
        value: Buffer.from(SECRET),
      },
      createdAt: protobufTime(1_790_000_000_000_000_001n),
      extensions: {
        'io.cri-containerd.container.metadata': {
          type_url: 'github.com/containerd/cri/pkg/store/container/Metadata',
          value: Buffer.from(JSON.stringify(metadata)),
        },
      },
    };
    const read = readContainerAnswer(
      protobuf('containerd.services.containers.v1.GetContainerResponse', { container }),
    );

    expect(read).toEqual({
      id: 'web',
      labels: { 'io.kubernetes.pod.uid': 'uid', 'io.cri-containerd.kind': 'container' },
      image: 'docker.io/library/httpd:2',
      createdAtNano: '1790000000000000001',
      sandboxId: 'sandbox1',
      name: 'app_web-0_shop_uid_2',
    });
    expect(JSON.stringify(read)).not.toContain(SECRET);
  });

  test('beside a container that is no JSON is passed over', () => {
    const container = {
      id: 'web',
      sandbox: 'sandbox1',
      extensions: { 'io.cri-containerd.container.metadata': { type_url: 'x', value: Buffer.from('{') } },
    };
    expect(
      readContainerAnswer(protobuf('containerd.services.containers.v1.GetContainerResponse', { container })),
    ).toMatchObject({ id: 'web', sandboxId: 'sandbox1', name: undefined });
  });

  test('of tasks is how each is', () => {
    const tasks = [
      { id: 'web', status: 'RUNNING' },
      { id: 'job', containerId: 'job', status: 'STOPPED', exitStatus: 5, exitedAt: protobufTime(9n) },
    ];
    expect(readTasks(protobuf('containerd.services.tasks.v1.ListTasksResponse', { tasks }))).toEqual([
      { containerId: 'web', status: 'running', exitStatus: 0, exitedAtNano: undefined },
      { containerId: 'job', status: 'exited', exitStatus: 5, exitedAtNano: '9' },
    ]);
  });
});

describe('what CRI says', () => {
  const status = {
    id: 'web',
    metadata: { name: 'app', attempt: 4 },
    state: 'CONTAINER_EXITED',
    createdAt: '10',
    startedAt: '20',
    finishedAt: '30',
    exitCode: -1,
    reason: 'Error',
    image: { image: 'httpd:2' },
    labels: { 'io.kubernetes.container.name': 'app', 'a-label-of-an-image': SECRET },
  };
  const read = {
    id: 'web',
    sandboxId: undefined,
    name: 'app',
    attempt: 4,
    state: 'exited',
    image: 'httpd:2',
    createdAtNano: '10',
    startedAtNano: '20',
    finishedAtNano: '30',
    exitCode: -1,
    reason: 'Error',
    labels: { 'io.kubernetes.container.name': 'app' },
  };

  test('of a container’s state is read', () => {
    expect(readStatusAnswer(protobuf('runtime.v1.ContainerStatusResponse', { status }))).toEqual(read);
  });

  test('of an event is what it is about', () => {
    const event = {
      containerId: 'web',
      containerEventType: 'CONTAINER_STOPPED_EVENT',
      createdAt: '31',
      podSandboxStatus: {
        id: 'sandbox1',
        metadata: { name: 'web-0', namespace: 'shop', uid: 'uid', attempt: 1 },
        createdAt: '5',
      },
      containersStatuses: [status],
    };
    expect(readCriEvent(protobuf('runtime.v1.ContainerEventResponse', event))).toEqual({
      containerId: 'web',
      type: 'stopped',
      timeNano: '31',
      sandbox: {
        id: 'sandbox1',
        podName: 'web-0',
        podNamespace: 'shop',
        podUid: 'uid',
        attempt: 1,
        createdAtNano: '5',
      },
      statuses: [read],
    });
  });

  test('in a list has its sandbox and no times of its life', () => {
    const containers = [
      {
        id: 'web',
        podSandboxId: 'sandbox1',
        metadata: { name: 'app' },
        state: 'CONTAINER_RUNNING',
        createdAt: '10',
      },
    ];
    expect(readContainers(protobuf('runtime.v1.ListContainersResponse', { containers }))).toMatchObject([
      {
        id: 'web',
        sandboxId: 'sandbox1',
        attempt: 0,
        state: 'running',
        createdAtNano: '10',
        startedAtNano: undefined,
      },
    ]);
  });
});
