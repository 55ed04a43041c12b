import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import type { Observation } from '../../../../agent/observation.ts';
import { createCriSource } from '../../../../agent/sources/cri/cri.ts';
import { unusedByKubelet } from '../../../../agent/sources/cri/used-by-kubelet.ts';
import type { Statement } from '../../../../agent/statement.ts';
import { createTell } from '../../../../agent/telemetry/tell.ts';
import { createTrim } from '../../../../agent/trim/trim.ts';
import type { CriEvent } from '../../../../timeline/contract/cri-event.ts';
import {
  grpcFailure,
  type GrpcRuntime,
  protobuf,
  protobufTime,
  startGrpcRuntime,
} from '../../../support/grpc-runtime.ts';
import { until } from '../../../support/until.ts';

const CRI = 'runtime.v1.RuntimeService';
const EVENTS = `${CRI}/GetContainerEvents`;
const SANDBOX = {
  id: 'sandbox1',
  metadata: { name: 'web-0', namespace: 'shop', uid: 'uid-1', attempt: 1 },
  state: 'SANDBOX_READY',
  createdAt: '1790000000000000001',
};
const LABELS = {
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': 'uid-1',
  'io.kubernetes.container.name': 'web',
};
const STATUS = {
  id: 'web1',
  metadata: { name: 'web', attempt: 2 },
  state: 'CONTAINER_RUNNING',
  createdAt: '1790000001000000000',
  startedAt: '1790000001500000000',
  image: { image: 'sha256:1', userSpecifiedImage: 'httpd:2' },
  labels: LABELS,
};
const ENDED = {
  ...STATUS,
  state: 'CONTAINER_EXITED',
  finishedAt: '1790000009250000007',
  exitCode: 137,
  reason: 'OOMKilled',
};

/** CRI-O as it is with `enable_pod_events`: it knows nothing of containerd's services. */
const CRIO = {
  [`${CRI}/Version`]: () => ({ version: '0.1.0', runtimeName: 'cri-o', runtimeVersion: '1.35.0' }),
  [`${CRI}/ListPodSandbox`]: () => ({ items: [SANDBOX] }),
  [`${CRI}/ListContainers`]: () => ({
    containers: [{ ...STATUS, podSandboxId: 'sandbox1' }],
  }),
  [`${CRI}/ContainerStatus`]: () => ({ status: STATUS }),
  [EVENTS]: 'stream',
} as const;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).reverse()) await end();
});

async function started(answers: Parameters<typeof startGrpcRuntime>[0]): Promise<GrpcRuntime> {
  const runtime = await startGrpcRuntime(answers);
  running.push(() => runtime.close());
  return runtime;
}

function watch(socketPath: string) {
  const observations: Observation[] = [];
  const lines: string[] = [];
  const stop = new AbortController();
  const line = (_: object, message: string) => lines.push(message);
  const run = createCriSource({
    socketPath,
    clock: systemClock,
    random: Math.random,
    tell: createTell({ info: line, warn: line, error: line }),
  }).run((observation) => {
    observations.push(observation);
    return Promise.resolve();
  }, stop.signal);
  running.push(async () => {
    stop.abort();
    await run;
  });
  const trim = createTrim({ agent: { instance: 'a', role: 'node', node: 'node1' } });
  return {
    lines,
    events: () =>
      observations
        .flatMap((observation) => trim(observation))
        .filter((event): event is CriEvent => event.source === 'cri'),
    statements: () =>
      observations.filter(({ source }) => source === 'agent').map(({ raw }) => raw as Statement),
  };
}

describe('the cri source on a runtime that has CRI’s own events alone', () => {
  test('looks at what is there', async () => {
    const runtime = await started(CRIO);
    const watching = watch(runtime.socketPath);
    await until('it looked at both', () => watching.events().length >= 2);

    expect(watching.events()).toMatchObject([
      {
        action: 'inspect',
        role: 'sandbox',
        container: 'POD',
        containerId: 'sandbox1',
        attempt: 1,
        runtime: 'cri-o',
        pod: { namespace: 'shop', name: 'web-0', uid: 'uid-1', node: 'node1' },
        state: { createdAt: '2026-09-21T14:13:20.000000001Z' },
      },
      {
        action: 'inspect',
        role: 'container',
        container: 'web',
        containerId: 'web1',
        sandboxId: 'sandbox1',
        attempt: 2,
        image: 'httpd:2',
        state: { status: 'running', startedAt: '2026-09-21T14:13:21.500000000Z' },
      },
    ]);
  });

  test('observes what becomes of a container', async () => {
    const runtime = await started({
      ...CRIO,
      [`${CRI}/ListPodSandbox`]: () => ({}),
      [`${CRI}/ListContainers`]: () => ({}),
    });
    const watching = watch(runtime.socketPath);
    await until('it listens', () => runtime.listeners(EVENTS) > 0 && watching.statements().length > 0);
    const said = [
      ['CONTAINER_CREATED_EVENT', '1790000001000000000', STATUS],
      ['CONTAINER_STARTED_EVENT', '1790000001500000000', STATUS],
      ['CONTAINER_STOPPED_EVENT', '1790000009300000000', ENDED],
      ['CONTAINER_DELETED_EVENT', '1790000010000000000', undefined],
    ] as const;
    for (const [containerEventType, createdAt, status] of said) {
      runtime.send(EVENTS, {
        containerId: 'web1',
        containerEventType,
        createdAt,
        podSandboxStatus: SANDBOX,
        containersStatuses: status === undefined ? [] : [status],
      });
    }
    await until('the removal came', () => watching.events().some(({ action }) => action === 'destroy'));

    const events = watching.events();
    expect(events.map(({ action }) => action)).toEqual(['create', 'start', 'die', 'inspect', 'destroy']);
    expect(events[2]).toMatchObject({
      occurredAt: '2026-09-21T14:13:29.250000007Z',
      exitCode: 137,
      sandboxId: 'sandbox1',
    });
    expect(events[3]).toMatchObject({ state: { oomKilled: true, exitCode: 137 } });
    expect(events[4]).toMatchObject({ container: 'web', pod: { uid: 'uid-1' } });
  });

  test('is there for a kubelet, whatever it has', async () => {
    const runtime = await started(CRIO);
    expect(await unusedByKubelet(runtime.socketPath, 5_000)).toBeUndefined();
  });
});

describe('the cri source on a containerd that says something odd', () => {
  const SUBSCRIBE = 'containerd.services.events.v1.Events/Subscribe';
  const CONTAINERD = {
    'containerd.services.version.v1.Version/Version': () => ({ version: 'v2.0.0' }),
    'containerd.services.containers.v1.Containers/ListStream': () => [
      { container: { id: 'web1', labels: { ...LABELS, 'io.cri-containerd.kind': 'container' } } },
    ],
    'containerd.services.tasks.v1.Tasks/List': () => ({}),
    'containerd.services.containers.v1.Containers/Get': () => {
      throw grpcFailure('NOT_FOUND', 'it is gone');
    },
    [SUBSCRIBE]: 'stream',
  } as const;
  const envelope = (facts: object, type: string, payload: object) => ({
    timestamp: protobufTime(1_790_000_000_000_000_001n),
    namespace: 'k8s.io',
    event: { type_url: `containerd.events.${type}`, value: protobuf(`containerd.events.${type}`, payload) },
    ...facts,
  });

  test('asks CRI only about containers that ended, or that began not long ago', async () => {
    const labels = { ...LABELS, 'io.cri-containerd.kind': 'container' };
    const created = (agoMs: number) => protobufTime(BigInt(Date.now() - agoMs) * 1_000_000n);
    const asked: string[] = [];
    const runtime = await started({
      ...CONTAINERD,
      'containerd.services.containers.v1.Containers/ListStream': () => [
        { container: { id: 'old', labels, createdAt: created(86_400_000) } },
        { container: { id: 'ended', labels, createdAt: created(86_400_000) } },
        { container: { id: 'new', labels, createdAt: created(60_000) } },
      ],
      'containerd.services.tasks.v1.Tasks/List': () => ({
        tasks: [
          { id: 'old', status: 'RUNNING' },
          { id: 'new', status: 'RUNNING' },
        ],
      }),
      [`${CRI}/ContainerStatus`]: (request) => {
        const { containerId } = request as { containerId: string };
        asked.push(containerId);
        return { status: { ...(containerId === 'ended' ? ENDED : STATUS), id: containerId } };
      },
    });
    const watching = watch(runtime.socketPath);
    await until('it looked at all', () => watching.events().length === 3);

    expect(asked).toEqual(['ended', 'new']);
    expect(watching.events().map(({ state }) => [state?.status, state?.exitCode])).toEqual([
      ['running', undefined],
      ['exited', 137],
      ['running', undefined],
    ]);
  });

  test('states what it could not read, and goes on', async () => {
    const runtime = await started(CONTAINERD);
    const watching = watch(runtime.socketPath);
    await until('it listens', () => runtime.listeners(SUBSCRIBE) > 0 && watching.events().length > 0);
    const start = { containerId: 'web1' };
    runtime.send(SUBSCRIBE, envelope({ topic: '/tasks/start', timestamp: undefined }, 'TaskStart', start));
    runtime.send(SUBSCRIBE, envelope({ topic: '/tasks/start' }, 'TaskStart', start));
    await until('the next was read', () => watching.events().some(({ action }) => action === 'start'));

    expect(watching.statements().map(({ type, reason }) => [type, reason])).toContainEqual([
      'events-dropped',
      'message-malformed',
    ]);
    expect(watching.lines).toContain('a message of the container runtime could not be read and is left out');
  });

  test('passes over another namespace, and containers that are gone before they can be asked about', async () => {
    const runtime = await started(CONTAINERD);
    const watching = watch(runtime.socketPath);
    await until('it listens', () => runtime.listeners(SUBSCRIBE) > 0 && watching.events().length > 0);
    const moby = { topic: '/tasks/start', namespace: 'moby' };
    runtime.send(SUBSCRIBE, envelope(moby, 'TaskStart', { containerId: 'web1' }));
    runtime.send(SUBSCRIBE, envelope({ topic: '/tasks/start' }, 'TaskStart', { containerId: 'gone' }));
    runtime.send(SUBSCRIBE, envelope({ topic: '/containers/delete' }, 'ContainerDelete', { id: 'web1' }));
    await until('the last was read', () => watching.events().some(({ action }) => action === 'destroy'));

    expect(watching.events().map(({ action }) => action)).toEqual(['inspect', 'destroy']);
    expect(watching.statements().map(({ type }) => type)).toEqual(['recording-began']);
  });
});

describe('the cri source on what is no such runtime', () => {
  test.each([
    ['has no events', { ...CRIO, [EVENTS]: undefined }, /tells of no events; it takes containerd, or CRI-O/],
    ['has no such services', {}, /tells of no events/],
    [
      'refuses',
      {
        ...CRIO,
        [`${CRI}/Version`]: () => {
          throw grpcFailure('PERMISSION_DENIED', 'not you');
        },
      },
      /broke or brought something odd/,
    ],
  ])('says so when it %s', async (_what, answers, told) => {
    const known = Object.entries(answers).filter(([, answer]) => answer !== undefined);
    const runtime = await started(Object.fromEntries(known));
    const watching = watch(runtime.socketPath);
    await until('it was said', () => watching.lines.length > 0);

    expect(watching.lines[0]).toMatch(told);
    expect(watching.statements()).toEqual([]);
  });
});
