import { describe, expect, test } from 'vitest';
import type { Observation } from '../../agent/observation.ts';
import { createTrim } from '../../agent/trim/trim.ts';

/** Everything with this word in it must stay in the cluster. */
const SECRET = 'hunter2';
const AT = '2026-01-31T08:00:10Z';

const probe = {
  exec: { command: [SECRET] },
  httpGet: { path: SECRET, httpHeaders: [{ name: 'a', value: SECRET }] },
};
const fullContainer = (name: string) => ({
  name,
  image: 'web:1',
  command: ['sh', '-c', SECRET],
  args: [SECRET],
  workingDir: SECRET,
  env: [
    { name: 'PASSWORD', value: SECRET },
    { name: SECRET, valueFrom: { secretKeyRef: { name: SECRET, key: SECRET } } },
  ],
  envFrom: [{ secretRef: { name: SECRET } }, { configMapRef: { name: SECRET } }],
  volumeMounts: [{ name: SECRET, mountPath: `/${SECRET}`, subPath: SECRET }],
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: { postStart: { exec: { command: [SECRET] } }, preStop: { httpGet: { path: SECRET } } },
  terminationMessagePath: SECRET,
  ports: [{ name: SECRET, containerPort: 1 }],
  resources: { claims: [{ name: SECRET }] },
  securityContext: { seLinuxOptions: { user: SECRET } },
});

const terminated = {
  exitCode: 1,
  reason: 'Error',
  message: SECRET,
  startedAt: '2026-01-31T08:00:00Z',
  finishedAt: '2026-01-31T08:00:05Z',
  containerID: 'docker://abc',
};
const fullStatus = (name: string) => ({
  name,
  ready: false,
  restartCount: 1,
  image: 'web:1',
  imageID: 'docker-pullable://web@sha256:1',
  containerID: 'docker://def',
  state: {
    waiting: { reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container=${SECRET}` },
  },
  lastState: { terminated },
  volumeMounts: [{ name: SECRET, mountPath: SECRET }],
  allocatedResources: { [SECRET]: '1' },
  user: { linux: { uid: 1 } },
});

const pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '7',
    generateName: SECRET,
    selfLink: SECRET,
    creationTimestamp: '2026-01-31T08:00:00Z',
    finalizers: [SECRET],
    labels: { app: 'web', [SECRET]: 'x', password: SECRET },
    annotations: {
      'kubernetes.io/config.source': 'file',
      'kubectl.kubernetes.io/last-applied-configuration': SECRET,
      [SECRET]: SECRET,
    },
    ownerReferences: [{ apiVersion: SECRET, kind: 'StatefulSet', name: 'web', uid: 'o1', controller: true }],
    managedFields: [
      { manager: SECRET, operation: SECRET, time: '2026-01-31T08:00:05Z', fieldsV1: { [`f:${SECRET}`]: {} } },
    ],
  },
  spec: {
    nodeName: 'node1',
    restartPolicy: 'Always',
    containers: [fullContainer('app')],
    initContainers: [fullContainer('setup')],
    ephemeralContainers: [fullContainer('debug')],
    volumes: [{ name: SECRET, secret: { secretName: SECRET }, hostPath: { path: SECRET } }],
    imagePullSecrets: [{ name: SECRET }],
    serviceAccountName: SECRET,
    hostname: SECRET,
    subdomain: SECRET,
    hostAliases: [{ ip: SECRET, hostnames: [SECRET] }],
    nodeSelector: { [SECRET]: SECRET },
    tolerations: [{ key: SECRET, value: SECRET }],
    dnsConfig: { searches: [SECRET] },
    securityContext: { sysctls: [{ name: SECRET, value: SECRET }] },
    schedulerName: SECRET,
    priorityClassName: SECRET,
    resourceClaims: [{ name: SECRET }],
  },
  status: {
    phase: 'Running',
    message: SECRET,
    nominatedNodeName: SECRET,
    hostIP: SECRET,
    podIP: SECRET,
    podIPs: [{ ip: SECRET }],
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: SECRET }],
    containerStatuses: [fullStatus('app')],
    initContainerStatuses: [fullStatus('setup')],
    ephemeralContainerStatuses: [fullStatus('debug')],
  },
  [SECRET]: SECRET,
};

const kubernetesEvent = (reason: string, message: string) => ({
  metadata: {
    uid: 'e1',
    resourceVersion: '8',
    name: SECRET,
    annotations: { a: SECRET },
    creationTimestamp: AT,
  },
  involvedObject: {
    kind: 'Pod',
    name: 'web-0',
    namespace: 'shop',
    uid: 'u1',
    fieldPath: 'spec.containers{app}',
  },
  reason,
  message,
  action: SECRET,
  related: { kind: 'Secret', name: SECRET },
  reportingInstance: SECRET,
  source: { component: 'kubelet', host: 'node1' },
});

const dockerAttributes = {
  name: 'k8s_app_web-0_shop_u1_0',
  image: 'web:1',
  'annotation.io.kubernetes.container.hash': SECRET,
  'annotation.io.kubernetes.container.preStopHandler': `{"exec":{"command":["${SECRET}"]}}`,
  'io.kubernetes.container.logpath': SECRET,
  'com.example.password': SECRET,
};

const observations: readonly [title: string, observation: Observation][] = [
  ['a pod', { at: AT, source: 'pod', raw: { type: 'ADDED', object: pod } }],
  ['a listed pod', { at: AT, source: 'pod', raw: { type: 'LISTED', object: pod } }],
  ['a deleted pod', { at: AT, source: 'pod', raw: { type: 'DELETED', object: pod } }],
  ...(
    [
      [
        'FailedPostStartHook',
        `Exec lifecycle hook ([/bin/sh -c ${SECRET}]) for Container "app" failed - error: ${SECRET}`,
      ],
      ['Unhealthy', `Liveness probe failed: ${SECRET}`],
      ['Failed', `Error: secret "${SECRET}" not found`],
      ['FailedMount', `MountVolume.SetUp failed for volume "${SECRET}"`],
      ['Evicted', `Usage of EmptyDir volume "${SECRET}" exceeds the limit "1Gi".`],
      ['SystemOOM', `System OOM encountered, victim process: ${SECRET}, pid: 7`],
      ['Custom', SECRET],
    ] as const
  ).map(
    ([reason, message]) =>
      [
        `an Event "${reason}"`,
        { at: AT, source: 'event', raw: { type: 'ADDED', object: kubernetesEvent(reason, message) } },
      ] as [string, Observation],
  ),
  [
    'a Docker event',
    {
      at: AT,
      source: 'docker',
      raw: {
        Action: 'die',
        timeNano: '1795500951346929994',
        from: SECRET,
        Actor: { ID: 'abc', Attributes: dockerAttributes },
      },
    },
  ],
  [
    'what docker inspect says',
    {
      at: AT,
      source: 'docker',
      raw: {
        Action: 'inspect',
        timeNano: '1795500951346929994',
        inspect: {
          Id: 'abc',
          Name: '/k8s_app_web-0_shop_u1_0',
          Path: SECRET,
          Args: [SECRET],
          HostConfig: { Binds: [SECRET] },
          Mounts: [{ Source: SECRET }],
          Config: {
            Env: [SECRET],
            Cmd: [SECRET],
            Entrypoint: [SECRET],
            Labels: dockerAttributes,
            Hostname: SECRET,
          },
          State: {
            Status: 'exited',
            ExitCode: 1,
            Error: SECRET,
            Health: { Status: 'unhealthy', Log: [SECRET] },
          },
        },
      },
    },
  ],
];

describe('what never leaves the cluster', () => {
  test.each(observations)('of %s, nothing that is not on the allow-list', (_, observation) => {
    const events = createTrim({ agent: { instance: 'a', role: 'all' } })(observation);

    expect(events).toHaveLength(1);
    expect(JSON.stringify(observation)).toContain(SECRET);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });
});
