import { createHash } from 'node:crypto';
import type { KubernetesObject } from './fake-kubernetes/kubernetes-object.ts';

/** Where the builders' time begins: everything that they make is of this moment, unless it is said otherwise. */
export const BUILT_AT = '2026-01-31T08:00:00Z';

type Json = Readonly<Record<string, unknown>>;

/** A UID that follows from `seed`, so that a failing test shows the same one each time. */
export function aUid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A container ID (64 hexadecimal digits, without its prefix) that follows from `seed`. */
export function aContainerId(seed: string): string {
  return createHash('sha256').update(`container ${seed}`).digest('hex');
}

export interface ContainerStatusParts {
  readonly name?: string;
  /** Without its prefix; empty for none yet. */
  readonly containerId?: string;
  readonly runtime?: string;
  readonly image?: string;
  readonly restartCount?: number;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly state?: Json;
  readonly lastState?: Json;
}

/** A status as the kubelet writes it; running and ready. */
export function aContainerStatus(parts: ContainerStatusParts = {}): Json {
  const { name = 'app', image = 'registry.example/shop/web:1.4.2', restartCount = 0, ready = true } = parts;
  const {
    containerId = aContainerId(`${name} ${restartCount}`),
    runtime = 'containerd',
    started = ready,
  } = parts;
  const { state = { running: { startedAt: BUILT_AT } }, lastState = {} } = parts;
  return {
    name,
    state,
    lastState,
    ready,
    restartCount,
    image,
    imageID: containerId === '' ? '' : `registry.example/shop/web@sha256:${aContainerId(image)}`,
    ...(containerId !== '' && { containerID: `${runtime}://${containerId}` }),
    started,
    allocatedResources: { cpu: '100m', memory: '128Mi' },
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: [
      {
        name: 'kube-api-access-x7x2q',
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
        readOnly: true,
        recursiveReadOnly: 'Disabled',
      },
    ],
    user: { linux: { uid: 1000, gid: 1000, supplementalGroups: [1000] } },
  };
}

export interface PodParts {
  readonly name?: string;
  readonly namespace?: string;
  /** Follows from namespace and name if it is not given. */
  readonly uid?: string;
  /** `null` for a pod that is on no node yet. */
  readonly node?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly Json[];
  readonly createdAt?: string;
  readonly deletionTimestamp?: string;
  readonly phase?: string;
  readonly restartPolicy?: string;
  readonly containers?: readonly Json[];
  readonly initContainers?: readonly Json[];
  readonly containerStatuses?: readonly Json[];
  readonly initContainerStatuses?: readonly Json[];
  readonly conditions?: readonly Json[];
  /** Over all of the above. */
  readonly metadata?: Json;
  readonly spec?: Json;
  readonly status?: Json;
}

/**
 * A pod as an API server gives it: one container, running and ready, of a ReplicaSet. It carries what must never
 * leave a cluster as well: secrets in the environment and the arguments, volumes of secrets, annotations of others,
 * and managedFields.
 */
export function aPod(parts: PodParts = {}): KubernetesObject {
  const { name = 'web-7d9c5b6f4d-x2x4z', namespace = 'shop', node = 'node1', createdAt = BUILT_AT } = parts;
  const { uid = aUid(`${namespace}/${name}`), phase = node === null ? 'Pending' : 'Running' } = parts;
  const statuses = parts.containerStatuses ?? (node === null ? [] : [aContainerStatus()]);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid,
      ...(parts.ownerReferences === undefined && { generateName: 'web-7d9c5b6f4d-' }),
      generation: 1,
      creationTimestamp: createdAt,
      ...(parts.deletionTimestamp !== undefined && {
        deletionTimestamp: parts.deletionTimestamp,
        deletionGracePeriodSeconds: 30,
      }),
      labels: { app: 'web', 'pod-template-hash': '7d9c5b6f4d', ...parts.labels },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration':
          '{"spec":{"containers":[{"env":[{"name":"PASSWORD","value":"secret-in-annotation"}]}]}}',
        ...parts.annotations,
      },
      ownerReferences: parts.ownerReferences ?? [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web-7d9c5b6f4d',
          uid: aUid('ReplicaSet web-7d9c5b6f4d'),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          apiVersion: 'v1',
          time: createdAt,
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': { 'f:containers': {} },
          },
        },
        {
          manager: 'kubelet',
          operation: 'Update',
          apiVersion: 'v1',
          time: createdAt,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:status': { 'f:containerStatuses': {}, 'f:phase': {} } },
          subresource: 'status',
        },
      ],
      ...parts.metadata,
    },
    spec: {
      volumes: [
        { name: 'credentials', secret: { secretName: 'secret-name-of-volume', defaultMode: 420 } },
        {
          name: 'kube-api-access-x7x2q',
          projected: {
            sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }],
            defaultMode: 420,
          },
        },
      ],
      ...(parts.initContainers !== undefined && { initContainers: parts.initContainers }),
      containers: parts.containers ?? [aContainer()],
      restartPolicy: parts.restartPolicy ?? 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'web',
      serviceAccount: 'web',
      ...(node !== null && { nodeName: node }),
      securityContext: { runAsNonRoot: true },
      imagePullSecrets: [{ name: 'secret-name-of-registry' }],
      schedulerName: 'default-scheduler',
      tolerations: [
        {
          key: 'node.kubernetes.io/not-ready',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
      ],
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      ...parts.spec,
    },
    status: {
      phase,
      conditions: parts.conditions ?? conditions(node !== null, createdAt),
      ...(node !== null && {
        hostIP: '192.168.1.11',
        hostIPs: [{ ip: '192.168.1.11' }],
        podIP: '10.244.1.23',
        podIPs: [{ ip: '10.244.1.23' }],
        startTime: createdAt,
      }),
      ...(parts.initContainerStatuses !== undefined && {
        initContainerStatuses: parts.initContainerStatuses,
      }),
      ...(statuses.length > 0 && { containerStatuses: statuses }),
      qosClass: 'Burstable',
      ...parts.status,
    },
  };
}

export interface ContainerParts {
  readonly name?: string;
  readonly image?: string;
  readonly restartPolicy?: string;
}

/** A container of a pod's spec, with secrets in its environment, command and arguments. */
export function aContainer({ name = 'app', image, restartPolicy }: ContainerParts = {}): Json {
  return {
    name,
    image: image ?? 'registry.example/shop/web:1.4.2',
    command: ['/bin/web', '--token=secret-in-command'],
    args: ['--password', 'secret-in-args'],
    env: [
      { name: 'DATABASE_URL', value: 'postgres://web:secret-in-env@db/shop' },
      { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'secret-name-of-key', key: 'api-key' } } },
    ],
    envFrom: [{ secretRef: { name: 'secret-name-of-environment' } }],
    ...(restartPolicy !== undefined && { restartPolicy }),
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: [{ name: 'credentials', mountPath: '/secret-mount-path', readOnly: true }],
    livenessProbe: {
      exec: { command: ['/bin/check', 'secret-in-probe'] },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

export interface EventParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  /** What it is about. Default: the pod that `aPod()` makes. */
  readonly about?: Json;
  /** The container of the pod. */
  readonly container?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly component?: string;
  readonly host?: string;
  /** Over all of the above. */
  readonly fields?: Json;
}

/** A core/v1 Event as the kubelet sends it. */
export function anEvent(parts: EventParts = {}): KubernetesObject {
  const { reason = 'BackOff', namespace = 'shop', count = 1, firstTimestamp = BUILT_AT } = parts;
  const { lastTimestamp = firstTimestamp, component = 'kubelet', host = 'node1', container } = parts;
  const about = parts.about ?? aboutPod(aPod({ namespace }));
  const name =
    parts.name ?? `${String(about['name'])}.${aContainerId(`${reason} ${firstTimestamp}`).slice(0, 16)}`;
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: parts.uid ?? aUid(`Event ${namespace}/${name}`),
      creationTimestamp: firstTimestamp,
      managedFields: [
        {
          manager: 'kubelet',
          operation: 'Update',
          apiVersion: 'v1',
          time: lastTimestamp,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:count': {}, 'f:reason': {} },
        },
      ],
    },
    involvedObject: {
      ...about,
      ...(container !== undefined && { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message:
      parts.message ??
      `Back-off restarting failed container ${container ?? 'app'} in pod ${String(about['name'])}`,
    source: { component, host },
    firstTimestamp,
    lastTimestamp,
    count,
    type: parts.type ?? 'Warning',
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host,
    ...parts.fields,
  };
}

/** The reference by which an Event says which pod it is about. */
export function aboutPod({ metadata: { name, namespace, uid } }: KubernetesObject): Json {
  return { kind: 'Pod', apiVersion: 'v1', namespace, name, uid };
}

/** The reference by which an Event says which node it is about; the kubelet gives the name as UID. */
export function aboutNode(name: string): Json {
  return { kind: 'Node', apiVersion: 'v1', name, uid: name };
}

function conditions(isOnNode: boolean, at: string): Json[] {
  const condition = (type: string, status: string) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: at,
  });
  if (!isOnNode) return [];
  return ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
    (type) => condition(type, 'True'),
  );
}
