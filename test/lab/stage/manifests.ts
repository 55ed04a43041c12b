/** Builders of the objects that scenarios make. */
import { images } from '../settings.ts';

/** A Kubernetes object as it is given to `kubectl create`. */
export type Manifest = Readonly<Record<string, unknown>>;

interface ContainerOptions extends Readonly<Record<string, unknown>> {
  readonly name?: string;
}

/** A container of the test program, which runs until it is told to end. */
export function aContainer({ name = 'app', ...rest }: ContainerOptions = {}): Manifest {
  return { name, image: images.app, ...rest };
}

interface PodOptions extends Readonly<Record<string, unknown>> {
  readonly name?: string;
  readonly containers?: readonly Manifest[];
}

/** A pod, on the host's network since the lab has no other, and quick to end. */
export function aPod({ name = 'pod', ...spec }: PodOptions = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: aPodSpec(spec) };
}

export function aPodSpec({ containers = [aContainer()], ...rest }: PodOptions = {}): Manifest {
  return {
    hostNetwork: true,
    terminationGracePeriodSeconds: 2,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers,
    ...rest,
  };
}

interface WorkloadOptions {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
  readonly replicas?: number;
  readonly pod?: PodOptions;
  readonly spec?: Manifest;
}

/** A Deployment or a StatefulSet. */
export function aWorkload({ kind, name, replicas = 1, pod = {}, spec = {} }: WorkloadOptions): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      template: { metadata: { labels }, spec: aPodSpec(pod) },
      ...spec,
    },
  };
}

/** A Job of one pod at a time. */
export function aJob(name: string, pod: PodOptions, spec: Manifest = {}): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: aPodSpec(pod) }, ...spec },
  };
}

/** A folder on the node that lives as long as the pod. */
export const STATE_VOLUME = {
  volumes: [{ name: 'state', emptyDir: {} }],
  mount: { volumeMounts: [{ name: 'state', mountPath: '/state' }] },
} as const;
