// A containerd with the sandboxes and containers of a node's pods, over real gRPC.
import { type GrpcRuntime, startGrpcRuntime } from '../test/support/grpc-runtime.ts';

const CONTAINERD = 'containerd.services';
const CREATED = { seconds: '1790000000', nanos: 1 };
/** A container's specification is some ten KiB; the agent gets it and passes over it. */
const SPEC = { type_url: 'spec', value: Buffer.alloc(12 * 1024, 'x') };

/** Starts one whose every pod has a sandbox and a container, both running. */
export function startContainerdOfPods(pods: number): Promise<GrpcRuntime> {
  const containers = Array.from({ length: pods }, (_, number) => [
    container(number, 'sandbox'),
    container(number, 'container'),
  ]).flat();
  const version = () => ({ version: 'v2.0.0' });
  return startGrpcRuntime({
    [`${CONTAINERD}.version.v1.Version/Version`]: version,
    [`${CONTAINERD}.events.v1.Events/Subscribe`]: 'stream',
    [`${CONTAINERD}.containers.v1.Containers/ListStream`]: () =>
      containers.map((one) => ({ container: one })),
    [`${CONTAINERD}.tasks.v1.Tasks/List`]: () => ({
      tasks: containers.map(({ id }) => ({ id, status: 'RUNNING' })),
    }),
    'runtime.v1.RuntimeService/ContainerStatus': (request) => ({
      status: {
        id: (request as { containerId: string }).containerId,
        state: 'CONTAINER_RUNNING',
        createdAt: '1790000000000000001',
        startedAt: '1790000001000000001',
      },
    }),
  });
}

function container(number: number, kind: 'sandbox' | 'container') {
  const id = `${kind === 'sandbox' ? 'a' : 'b'}${number}`.padEnd(64, '0');
  return {
    id,
    labels: {
      'io.cri-containerd.kind': kind,
      'io.kubernetes.pod.name': `pod-${number}`,
      'io.kubernetes.pod.namespace': 'bench',
      'io.kubernetes.pod.uid': `uid-${number}`,
      ...(kind === 'sandbox' ? {} : { 'io.kubernetes.container.name': 'app' }),
    },
    image: 'registry.example/app:1',
    spec: SPEC,
    createdAt: CREATED,
  };
}
