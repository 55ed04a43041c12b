// A pod, an Event, a Docker event and an inspection with a secret in every place that can hold one.

/** Everything with this word in it must stay in the cluster. */
export const SECRET = 'hunter2';

const AT = '2026-01-31T08:00:10Z';

/** Every kind of handler that a probe or a hook can have. */
const handlers = [
  { exec: { command: ['sh', '-c', SECRET] } },
  { httpGet: { path: `/?token=${SECRET}`, host: SECRET, httpHeaders: [{ name: SECRET, value: SECRET }] } },
  { tcpSocket: { host: SECRET, port: 1 } },
  { grpc: { port: 1, service: SECRET } },
];
const everyHandler = Object.assign({}, ...handlers) as object;

const secretiveContainer = (name: string) => ({
  name,
  image: 'web:1',
  command: ['sh', '-c', SECRET],
  args: [`--password=${SECRET}`],
  workingDir: `/${SECRET}`,
  env: [
    { name: 'PASSWORD', value: SECRET },
    { name: SECRET, value: 'x' },
    { name: 'A', valueFrom: { secretKeyRef: { name: SECRET, key: SECRET } } },
    { name: 'B', valueFrom: { configMapKeyRef: { name: SECRET, key: SECRET } } },
    { name: 'C', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${SECRET}']` } } },
    { name: 'D', valueFrom: { resourceFieldRef: { containerName: SECRET, resource: SECRET } } },
    { name: 'E', valueFrom: { fileKeyRef: { volumeName: SECRET, path: SECRET, key: SECRET } } },
  ],
  envFrom: [
    { prefix: SECRET, secretRef: { name: SECRET } },
    { prefix: SECRET, configMapRef: { name: SECRET } },
  ],
  volumeMounts: [{ name: SECRET, mountPath: `/${SECRET}`, subPath: SECRET, subPathExpr: `$(${SECRET})` }],
  volumeDevices: [{ name: SECRET, devicePath: SECRET }],
  livenessProbe: everyHandler,
  readinessProbe: everyHandler,
  startupProbe: everyHandler,
  lifecycle: { postStart: everyHandler, preStop: everyHandler, stopSignal: SECRET },
  terminationMessagePath: SECRET,
  terminationMessagePolicy: SECRET,
  ports: [{ name: SECRET, hostIP: SECRET, containerPort: 1 }],
  resources: { claims: [{ name: SECRET, request: SECRET }], limits: { [SECRET]: SECRET } },
  securityContext: {
    seLinuxOptions: { user: SECRET, role: SECRET, type: SECRET, level: SECRET },
    seccompProfile: { type: 'Localhost', localhostProfile: SECRET },
    appArmorProfile: { type: 'Localhost', localhostProfile: SECRET },
    windowsOptions: { gmsaCredentialSpec: SECRET, gmsaCredentialSpecName: SECRET, runAsUserName: SECRET },
  },
  targetContainerName: SECRET,
  [SECRET]: SECRET,
});

/** One of every type of volume (core/v1 VolumeSource), each with a secret in each of its texts. */
const VOLUMES: Readonly<Record<string, object>> = {
  awsElasticBlockStore: { volumeID: SECRET },
  azureDisk: { diskName: SECRET, diskURI: SECRET },
  azureFile: { secretName: SECRET, shareName: SECRET },
  cephfs: { monitors: [SECRET], user: SECRET, secretFile: SECRET, secretRef: { name: SECRET } },
  cinder: { volumeID: SECRET, secretRef: { name: SECRET } },
  configMap: { name: SECRET, items: [{ key: SECRET, path: SECRET }] },
  csi: { driver: SECRET, volumeAttributes: { [SECRET]: SECRET }, nodePublishSecretRef: { name: SECRET } },
  downwardAPI: { items: [{ path: SECRET, fieldRef: { fieldPath: SECRET } }] },
  emptyDir: { medium: SECRET },
  ephemeral: {
    volumeClaimTemplate: { metadata: { annotations: { [SECRET]: SECRET } }, spec: { volumeName: SECRET } },
  },
  fc: { targetWWNs: [SECRET] },
  flexVolume: { driver: SECRET, secretRef: { name: SECRET }, options: { [SECRET]: SECRET } },
  flocker: { datasetName: SECRET },
  gcePersistentDisk: { pdName: SECRET },
  gitRepo: { repository: `https://user:${SECRET}@git/x`, revision: SECRET, directory: SECRET },
  glusterfs: { endpoints: SECRET, path: SECRET },
  hostPath: { path: `/${SECRET}` },
  image: { reference: SECRET },
  iscsi: { targetPortal: SECRET, iqn: SECRET, secretRef: { name: SECRET }, initiatorName: SECRET },
  nfs: { server: SECRET, path: SECRET },
  persistentVolumeClaim: { claimName: SECRET },
  photonPersistentDisk: { pdID: SECRET },
  portworxVolume: { volumeID: SECRET },
  projected: {
    sources: [
      { secret: { name: SECRET, items: [{ key: SECRET, path: SECRET }] } },
      { configMap: { name: SECRET } },
      { downwardAPI: { items: [{ path: SECRET }] } },
      { serviceAccountToken: { audience: SECRET, path: SECRET } },
      { clusterTrustBundle: { name: SECRET, path: SECRET } },
      { podCertificate: { signerName: SECRET, keyPath: SECRET } },
    ],
  },
  quobyte: { registry: SECRET, volume: SECRET, user: SECRET },
  rbd: { monitors: [SECRET], image: SECRET, user: SECRET, keyring: SECRET, secretRef: { name: SECRET } },
  scaleIO: { gateway: SECRET, secretRef: { name: SECRET } },
  secret: { secretName: SECRET, items: [{ key: SECRET, path: SECRET }] },
  storageos: { volumeName: SECRET, secretRef: { name: SECRET } },
  vsphereVolume: { volumePath: SECRET },
};

const terminated = {
  exitCode: 1,
  reason: 'Error',
  message: `the last words of the process: ${SECRET}`,
  startedAt: '2026-01-31T08:00:00Z',
  finishedAt: '2026-01-31T08:00:05Z',
  containerID: 'docker://abc',
};

const secretiveStatus = (name: string) => ({
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
  volumeMounts: [{ name: SECRET, mountPath: SECRET, recursiveReadOnly: SECRET }],
  allocatedResources: { [SECRET]: '1' },
  allocatedResourcesStatus: [{ name: SECRET, resources: [{ resourceID: SECRET, health: SECRET }] }],
  resources: { limits: { [SECRET]: SECRET } },
  user: { linux: { uid: 1, supplementalGroups: [1] } },
  stopSignal: SECRET,
  [SECRET]: SECRET,
});

/** A pod that has every field of core/v1 that can hold text, most of them with a secret. */
export const secretivePod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    uid: '36253f3c-4ed5-11ea-a10e-0242294e2d14',
    resourceVersion: '7',
    generateName: SECRET,
    selfLink: SECRET,
    creationTimestamp: '2026-01-31T08:00:00Z',
    finalizers: [SECRET],
    labels: { app: 'web', [SECRET]: 'x', password: SECRET },
    annotations: {
      'kubernetes.io/config.source': 'file',
      'kubectl.kubernetes.io/last-applied-configuration': `{"env":[{"name":"PASSWORD","value":"${SECRET}"}]}`,
      'kubectl.kubernetes.io/restartedAt': SECRET,
      'vault.hashicorp.com/agent-inject-template': SECRET,
      [SECRET]: SECRET,
    },
    ownerReferences: [{ apiVersion: SECRET, kind: 'StatefulSet', name: 'web', uid: 'o1', controller: true }],
    managedFields: [
      {
        manager: SECRET,
        operation: SECRET,
        subresource: SECRET,
        time: '2026-01-31T08:00:05Z',
        fieldsV1: { [`f:${SECRET}`]: {} },
      },
    ],
    [SECRET]: SECRET,
  },
  spec: {
    nodeName: 'node1',
    restartPolicy: 'Always',
    containers: [secretiveContainer('app')],
    initContainers: [
      secretiveContainer('setup'),
      { ...secretiveContainer('proxy'), restartPolicy: 'Always' },
    ],
    ephemeralContainers: [secretiveContainer('debug')],
    volumes: Object.entries(VOLUMES).map(([type, source]) => ({ name: `${SECRET}-${type}`, [type]: source })),
    imagePullSecrets: [{ name: SECRET }],
    serviceAccountName: SECRET,
    serviceAccount: SECRET,
    hostname: SECRET,
    hostnameOverride: SECRET,
    subdomain: SECRET,
    hostAliases: [{ ip: SECRET, hostnames: [SECRET] }],
    nodeSelector: { [SECRET]: SECRET },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: SECRET, operator: 'In', values: [SECRET] }] }],
        },
      },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: SECRET }] },
    },
    topologySpreadConstraints: [
      { topologyKey: SECRET, labelSelector: { matchLabels: { [SECRET]: SECRET } } },
    ],
    tolerations: [{ key: SECRET, value: SECRET }],
    dnsConfig: { nameservers: [SECRET], searches: [SECRET], options: [{ name: SECRET, value: SECRET }] },
    securityContext: { sysctls: [{ name: SECRET, value: SECRET }], seLinuxOptions: { user: SECRET } },
    schedulerName: SECRET,
    priorityClassName: SECRET,
    runtimeClassName: SECRET,
    readinessGates: [{ conditionType: SECRET }],
    schedulingGates: [{ name: SECRET }],
    resourceClaims: [{ name: SECRET, resourceClaimName: SECRET, resourceClaimTemplateName: SECRET }],
    overhead: { [SECRET]: SECRET },
    [SECRET]: SECRET,
  },
  status: {
    phase: 'Running',
    message: SECRET,
    nominatedNodeName: SECRET,
    hostIP: SECRET,
    hostIPs: [{ ip: SECRET }],
    podIP: SECRET,
    podIPs: [{ ip: SECRET }],
    resourceClaimStatuses: [{ name: SECRET, resourceClaimName: SECRET }],
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: SECRET }],
    containerStatuses: [secretiveStatus('app')],
    initContainerStatuses: [secretiveStatus('setup'), secretiveStatus('proxy')],
    ephemeralContainerStatuses: [secretiveStatus('debug')],
    [SECRET]: SECRET,
  },
  [SECRET]: SECRET,
};

/** Events whose message quotes what a pod holds, by reason: as kubelet and controllers write them. */
export const SECRETIVE_MESSAGES: readonly (readonly [reason: string, message: string])[] = [
  [
    'FailedPostStartHook',
    `Exec lifecycle hook ([/bin/sh -c ${SECRET}]) for Container "app" in Pod "web-0" failed - error: command exited with 1: , message: "${SECRET}"`,
  ],
  ['FailedPostStartHook', `PostStartHook failed: ${SECRET}`],
  [
    'FailedPreStopHook',
    `HTTP lifecycle hook (/?token=${SECRET}) for Container "app" in Pod "web-0" failed - error: Get "http://10.0.0.1/?token=${SECRET}"`,
  ],
  ['Unhealthy', `Liveness probe failed: ${SECRET}`],
  ['Unhealthy', `Readiness probe failed: Get "http://10.0.0.1:80/?token=${SECRET}": dial tcp`],
  ['Unhealthy', `Startup probe failed: HTTP probe failed with statuscode: 500 ${SECRET}`],
  ['ProbeWarning', `Liveness probe warning: Probe terminated redirects, Response body: ${SECRET}`],
  ['Failed', `Error: secret "${SECRET}" not found`],
  ['Failed', `Error: couldn't find key ${SECRET} in Secret shop/${SECRET}`],
  ['Failed', `Failed to pull image "https://user:${SECRET} @registry/x": denied`],
  [
    'Failed',
    `Error: failed to create containerd task: exec: "${SECRET}": executable file not found in $PATH`,
  ],
  ['FailedMount', `MountVolume.SetUp failed for volume "${SECRET}" : secret "${SECRET}" not found`],
  ['FailedAttachVolume', `AttachVolume.Attach failed for volume "${SECRET}" : rpc error: ${SECRET}`],
  ['Evicted', `Usage of EmptyDir volume "${SECRET}" exceeds the limit "1Gi".`],
  ['SystemOOM', `System OOM encountered, victim process: ${SECRET}, pid: 7`],
  ['OOMKilling', `Memory cgroup out of memory: Killed process 7 (${SECRET})`],
  ['InvalidEnvironmentVariableNames', `Keys [${SECRET}] from the EnvFrom secret shop/x were skipped`],
  ['FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: ${SECRET}`],
  ['FailedScheduling', `0/1 nodes are available: 1 node(s) didn't match ${SECRET}`],
  ['BackOff', `Back-off restarting failed container app in pod web-0 because ${SECRET} is wrong`],
  ['Custom', SECRET],
];

/** A Kubernetes Event about that pod. */
export function secretiveEvent(reason: string, message: string) {
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: {
      uid: 'e1',
      resourceVersion: '8',
      name: SECRET,
      namespace: 'shop',
      annotations: { a: SECRET },
      labels: { [SECRET]: SECRET },
      creationTimestamp: AT,
    },
    involvedObject: {
      kind: 'Pod',
      name: 'web-0',
      namespace: 'shop',
      uid: secretivePod.metadata.uid,
      fieldPath: 'spec.containers{app}',
    },
    reason,
    message,
    action: SECRET,
    related: { kind: 'Secret', name: SECRET },
    reportingInstance: SECRET,
    source: { component: 'kubelet', host: 'node1' },
    series: { state: SECRET },
    [SECRET]: SECRET,
  };
}

const dockerAttributes = {
  name: 'k8s_app_web-0_shop_u1_0',
  image: 'web:1',
  execID: SECRET,
  'annotation.io.kubernetes.container.hash': SECRET,
  'annotation.io.kubernetes.container.preStopHandler': `{"exec":{"command":["${SECRET}"]}}`,
  'annotation.io.kubernetes.container.terminationMessagePath': SECRET,
  'io.kubernetes.container.logpath': SECRET,
  'com.example.password': SECRET,
};

export const secretiveDockerEvent = {
  Action: 'die',
  timeNano: '1795500951346929994',
  from: SECRET,
  Actor: { ID: 'abc', Attributes: dockerAttributes },
  [SECRET]: SECRET,
};

export const secretiveInspection = {
  Action: 'inspect',
  timeNano: '1795500951346929994',
  inspect: {
    Id: 'abc',
    Name: '/k8s_app_web-0_shop_u1_0',
    Path: SECRET,
    Args: [SECRET],
    LogPath: SECRET,
    HostConfig: { Binds: [SECRET], LogConfig: { Config: { [SECRET]: SECRET } }, ExtraHosts: [SECRET] },
    Mounts: [{ Source: SECRET, Destination: SECRET }],
    NetworkSettings: { Networks: { [SECRET]: {} } },
    Config: {
      Image: 'web:1',
      Env: [`PASSWORD=${SECRET}`],
      Cmd: [SECRET],
      Entrypoint: [SECRET],
      WorkingDir: SECRET,
      Healthcheck: { Test: ['CMD', SECRET] },
      Labels: dockerAttributes,
      Hostname: SECRET,
    },
    State: {
      Status: 'exited',
      ExitCode: 1,
      Error: SECRET,
      Health: { Status: 'unhealthy', Log: [{ Output: SECRET }] },
    },
  },
};

/** What a look at a container of containerd finds, as if the source had left all of it in. */
export const secretiveSaying = {
  topic: 'look',
  timeNano: '1790000000000000000',
  runtime: 'containerd',
  spec: { process: { env: [SECRET], args: [SECRET] } },
  container: {
    id: 'f'.repeat(64),
    kind: 'container',
    labels: {
      'io.kubernetes.pod.name': 'web-0',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': 'uid-1',
      'io.kubernetes.container.name': 'web',
      'org.opencontainers.image.vendor': SECRET,
    },
    image: 'httpd:2',
    sandboxId: 'a'.repeat(64),
    extensions: { 'io.cri-containerd.container.metadata': SECRET },
    name: SECRET,
  },
  task: { status: 'running', stdout: SECRET },
  status: { state: 'running', message: SECRET, logPath: SECRET, annotations: { note: SECRET } },
};

/** An end, with who sent a signal, and more of that program than its name. */
export const secretiveEnd = {
  ...secretiveSaying,
  topic: '/tasks/exit',
  exitStatus: 137,
  signals: {
    sinceNano: '1789999990000000000',
    received: [
      {
        signal: 9,
        timeNano: '1789999999999000000',
        sender: 'kill',
        byKernel: false,
        commandLine: ['kill', '-9', SECRET],
      },
    ],
    environment: SECRET,
  },
};

/** A log that shows a secret in the ways in which logs do, and more beside it than is to be read. */
export const secretiveLog = {
  pod: { namespace: 'shop', name: 'web-0', uid: 'uid-web-0', env: SECRET },
  container: 'web',
  containerId: 'abc',
  startedAt: '2026-01-31T08:00:00Z',
  finishedAt: '2026-01-31T08:00:05Z',
  maxLines: 20,
  maxBytes: 8_192,
  env: SECRET,
  text: [
    'starting',
    `DB_PASSWORD=${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `connecting to postgres://app:${SECRET}@db/app`,
    `{"client_secret":"${SECRET}"}`,
    '-----BEGIN PRIVATE KEY-----',
    SECRET,
    '-----END PRIVATE KEY-----',
  ]
    .map((line) => `2026-01-31T08:00:04.5Z ${line}\n`)
    .join(''),
};
