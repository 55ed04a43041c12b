/**
 * Everything that may leave the cluster stands here: each field of a pod, of a Kubernetes Event and of a runtime's event
 * by the key it is read from, and each Event message by its form. Trimming reads nothing else, so what is not in
 * this file stays: environment values, command lines and arguments, volumes, secret names, other labels and
 * annotations, termination messages, probe and hook output.
 */
import type { CriEvent, SentSignal } from '../timeline/contract/cri-event.ts';
import type { DockerEvent } from '../timeline/contract/docker-event.ts';
import { LIMITS } from '../timeline/contract/limits.ts';
import type {
  ContainerStatus,
  PodMetadata,
  PodSpec,
  PodStatus,
  SpecContainer,
} from '../timeline/contract/pod-event.ts';
import type { ContainerKind, PodRef } from '../timeline/contract/primitives.ts';
import { programName, timeInNanos } from './trim/cri-attributes.ts';
import { backoffOfMessage, containerIdOf, runtimeOf } from './trim/container-id.ts';
import { secondsAsMs, signalNumber } from './trim/docker-attributes.ts';
import {
  anyText,
  bool,
  count,
  digits,
  exitCode,
  type Fields,
  identifier,
  image,
  inside,
  int32,
  keys,
  labelValue,
  list,
  name,
  object,
  objectIfAny,
  time,
  word,
} from './trim/readers.ts';

/** Labels that say which workload a pod is of; applications put anything into others. */
const POD_LABELS = [
  'app',
  'app.kubernetes.io/component',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/managed-by',
  'app.kubernetes.io/name',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/version',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'k8s-app',
  'pod-template-generation',
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
];

/** Of a static pod: where it came from, and the UID that its containers carry (kubelet, config/common.go). */
const POD_ANNOTATIONS = [
  'kubernetes.io/config.source',
  'kubernetes.io/config.hash',
  'kubernetes.io/config.mirror',
];

type Element<T> = NonNullable<T> extends readonly (infer E)[] ? E : never;
type ContainerState = NonNullable<ContainerStatus['state']>;

const OWNER_REFERENCE: Fields<Element<PodMetadata['ownerReferences']>> = {
  kind: ['kind', word],
  name: ['name', name],
  uid: ['uid', identifier],
  controller: ['controller', bool],
};

export const POD_METADATA: Fields<PodMetadata> = {
  createdAt: ['creationTimestamp', time],
  deletionTimestamp: ['deletionTimestamp', time],
  deletionGracePeriodSeconds: ['deletionGracePeriodSeconds', count],
  generation: ['generation', count],
  ownerReferences: ['ownerReferences', list(object(OWNER_REFERENCE, ['kind', 'name']), 16)],
  labels: ['labels', keys(POD_LABELS, labelValue)],
  annotations: ['annotations', keys(POD_ANNOTATIONS, labelValue)],
};

/** Who a pod is; what every one of its events carries. */
export const POD_IDENTITY: Fields<{ namespace: string; name: string; uid: string; resourceVersion: string }> =
  {
    namespace: ['namespace', name],
    name: ['name', name],
    uid: ['uid', identifier],
    resourceVersion: ['resourceVersion', identifier],
  };

/** Only for the newest moment that the pod names; who wrote which field stays. */
export const MANAGED_FIELDS: Fields<{ time: string }> = { time: ['time', time] };

export const POD_SPEC: Fields<Omit<PodSpec, 'containers'>> = {
  nodeName: ['nodeName', name],
  restartPolicy: ['restartPolicy', word],
  terminationGracePeriodSeconds: ['terminationGracePeriodSeconds', count],
  priority: ['priority', int32],
};

/** When a container is restarted whatever its policy says (KEP-5307). */
const RESTART_RULE: Fields<Element<SpecContainer['restartRules']>> = {
  action: ['action', word],
  operator: ['exitCodes', inside('operator', word)],
  values: ['exitCodes', inside('values', list(exitCode, 255))],
};

export const SPEC_CONTAINER: Fields<Omit<SpecContainer, 'kind'>> = {
  name: ['name', name],
  image: ['image', image],
  restartPolicy: ['restartPolicy', word],
  restartRules: ['restartPolicyRules', list(object(RESTART_RULE, ['action']), 20)],
};

const POD_CONDITION: Fields<Element<PodStatus['conditions']>> = {
  type: ['type', word],
  status: ['status', word],
  reason: ['reason', word],
  lastTransitionTime: ['lastTransitionTime', time],
};

export const POD_STATUS: Fields<PodStatus> = {
  phase: ['phase', word],
  reason: ['reason', word],
  startTime: ['startTime', time],
  qosClass: ['qosClass', word],
  conditions: ['conditions', list(object(POD_CONDITION, ['type', 'status']), 64)],
};

const RUNNING: Fields<NonNullable<ContainerState['running']>> = { startedAt: ['startedAt', time] };

const WAITING: Fields<NonNullable<ContainerState['waiting']>> = {
  reason: ['reason', word],
  /** Of the message only the length of the back-off. */
  backoffMs: ['message', backoffOfMessage],
};

const TERMINATED: Fields<NonNullable<ContainerState['terminated']>> = {
  exitCode: ['exitCode', exitCode],
  signal: ['signal', int32],
  reason: ['reason', word],
  startedAt: ['startedAt', time],
  finishedAt: ['finishedAt', time],
  containerId: ['containerID', containerIdOf],
};

const CONTAINER_STATE: Fields<ContainerState> = {
  running: ['running', object(RUNNING)],
  waiting: ['waiting', object(WAITING)],
  terminated: ['terminated', object(TERMINATED, ['exitCode'])],
};

export const CONTAINER_STATUS: Fields<Omit<ContainerStatus, 'kind'>> = {
  name: ['name', name],
  containerId: ['containerID', containerIdOf],
  runtime: ['containerID', runtimeOf],
  image: ['image', image],
  imageId: ['imageID', image],
  restartCount: ['restartCount', count],
  ready: ['ready', bool],
  started: ['started', bool],
  state: ['state', objectIfAny(CONTAINER_STATE)],
  lastState: ['lastState', objectIfAny(CONTAINER_STATE)],
};

/** Where a pod's spec and status list the containers of each kind; a sidecar is listed as an init container. */
export const CONTAINER_LISTS: Readonly<
  Record<Exclude<ContainerKind, 'sidecar'>, { readonly spec: string; readonly status: string }>
> = {
  init: { spec: 'initContainers', status: 'initContainerStatuses' },
  app: { spec: 'containers', status: 'containerStatuses' },
  ephemeral: { spec: 'ephemeralContainers', status: 'ephemeralContainerStatuses' },
};

/** Of a log, which is read only where the operator asked for it: whose it is, and its text, which `redact.ts` goes over. */
export const LOG: Fields<{
  pod: PodRef;
  container: string;
  containerId: string;
  startedAt: string;
  finishedAt: string;
  maxLines: number;
  maxBytes: number;
  text: string;
}> = {
  pod: [
    'pod',
    object(
      {
        namespace: ['namespace', name],
        name: ['name', name],
        uid: ['uid', identifier],
        node: ['node', name],
      } satisfies Fields<PodRef>,
      ['namespace', 'name', 'uid'],
    ),
  ],
  container: ['container', name],
  containerId: ['containerId', identifier],
  startedAt: ['startedAt', time],
  finishedAt: ['finishedAt', time],
  maxLines: ['maxLines', count],
  maxBytes: ['maxBytes', count],
  text: ['text', anyText],
};

export const EVENT_METADATA: Fields<{ uid: string; resourceVersion: string; createdAt: string }> = {
  uid: ['uid', identifier],
  resourceVersion: ['resourceVersion', identifier],
  createdAt: ['creationTimestamp', time],
};

/** The Event itself. Its message leaves only in a form of `EVENT_MESSAGES`. */
export const EVENT: Fields<{
  reason: string;
  eventType: string;
  count: number;
  firstAt: string;
  lastAt: string;
  at: string;
  component: string;
}> = {
  reason: ['reason', word],
  eventType: ['type', word],
  count: ['count', count],
  firstAt: ['firstTimestamp', time],
  lastAt: ['lastTimestamp', time],
  at: ['eventTime', time],
  component: ['reportingComponent', word],
};

export const EVENT_SERIES: Fields<{ count: number; lastAt: string }> = {
  count: ['count', count],
  lastAt: ['lastObservedTime', time],
};

export const EVENT_SOURCE: Fields<{ component: string; host: string }> = {
  component: ['component', word],
  host: ['host', name],
};

export const INVOLVED_OBJECT: Fields<{
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  fieldPath: string;
}> = {
  kind: ['kind', word],
  namespace: ['namespace', name],
  name: ['name', name],
  uid: ['uid', identifier],
  /** `spec.containers{web}`. */
  fieldPath: ['fieldPath', name],
};

/**
 * The forms of message that may leave, by the Event's reason. A message is kept as far as the longest form that it
 * begins with reaches: what follows (probe output, an error's text, a hook's command) is cut off. No form: no
 * message. `<name>` and the like stand for the narrow patterns in `PLACEHOLDERS`. Spelled as the kubelet (kuberuntime,
 * prober, eviction, images), the scheduler and the node controllers write them in 1.29 to 1.37, and some of before.
 */
export const EVENT_MESSAGES: Readonly<Record<string, readonly string[]>> = {
  BackOff: [
    'Back-off restarting failed container',
    'Back-off restarting failed container <name> in pod <pod>',
    'Back-off pulling image "<image>"',
  ],
  ContainerdStart: ['Starting containerd container runtime'],
  Created: [
    'Created container',
    'Created container <name>',
    'Created container: <name>',
    'Container created',
  ],
  DeadlineExceeded: ['Pod was active on the node longer than the specified deadline'],
  DeletingNode: ['Node <name> event: Deleting node <name>'],
  DockerStart: ['Starting Docker Application Container Engine'],
  ErrImageNeverPull: ['Container image "<image>" is not present with pull policy of Never'],
  Evicted: [
    'The node was low on resource: <resource>.',
    'The node was low on resource: <resource>. Threshold quantity: <quantity>, available: <quantity>.',
    'The node had condition: [<resource>].',
    'Container <name> exceeded its local ephemeral storage limit "<quantity>".',
    'Pod ephemeral local storage usage exceeds the total limit of containers <quantity>.',
    'Usage of EmptyDir volume',
  ],
  EvictionThresholdMet: ['Attempting to reclaim <resource>'],
  ExceededGracePeriod: ['Container runtime did not kill the pod within specified grace period.'],
  Failed: [
    'Error',
    'Error: ErrImagePull',
    'Error: ErrImageNeverPull',
    'Error: ImagePullBackOff',
    'Failed to pull image "<image>"',
    'Internal PreStartContainer hook failed',
  ],
  FailedCreatePodSandBox: ['Failed to create pod sandbox', 'Failed create pod sandbox'],
  FailedKillPod: ['error killing pod'],
  FailedPodSandBoxStatus: ['Unable to get pod sandbox status'],
  FailedPostStartHook: [
    'PostStartHook failed',
    'Exec lifecycle hook',
    'HTTP lifecycle hook',
    'Sleep lifecycle hook',
  ],
  FailedPreStopHook: [
    'PreStopHook failed',
    'Exec lifecycle hook',
    'HTTP lifecycle hook',
    'Sleep lifecycle hook',
  ],
  FailedScheduling: [
    '<number>/<number> nodes are available',
    '<number>/<number> nodes are available: <number> node(s) were unschedulable',
  ],
  InspectFailed: ['Failed to apply default image tag', 'Failed to inspect image "<image>"'],
  Killing: [
    'Stopping container <name>',
    'Container <name> failed liveness probe',
    'Container <name> failed liveness probe, will be restarted',
    'Container <name> failed startup probe',
    'Container <name> failed startup probe, will be restarted',
    'Container <name> definition changed',
    'Container <name> definition changed, will be restarted',
    'Init container <name> definition changed',
    'Init container <name> failed liveness probe',
    'Init container <name> failed startup probe',
    'Container <name> resize requires restart',
    'Container is in "<name>" state, try killing it before restart',
    'Init container is in "<name>" state, try killing it before restart',
    'FailedPostStartHook',
    'killing',
    'Killing container with id <runtime>://<name>',
    'Killing container with id <runtime>://<name>:Need to kill Pod',
    'Killing container with id <runtime>://<name>:FailedPostStartHook',
    'Killing container with id <runtime>://<name>:Container failed liveness probe.. Container will be killed and recreated.',
    'Killing container with id <runtime>://<name>:Container spec hash changed',
    'Killing container with id <runtime>://<name>:pod "<pod>" container "<name>" is unhealthy, it will be killed and re-created.',
  ],
  KubeletStart: ['Started Kubernetes kubelet'],
  NetworkNotReady: ['network is not ready'],
  NodeAllocatableEnforced: ['Updated Node Allocatable limit across pods'],
  NodeControllerEviction: ['Marking for deletion Pod <name> from Node <name>'],
  NodeHasDiskPressure: ['Node <name> status is now: NodeHasDiskPressure'],
  NodeHasInsufficientMemory: ['Node <name> status is now: NodeHasInsufficientMemory'],
  NodeHasInsufficientPID: ['Node <name> status is now: NodeHasInsufficientPID'],
  NodeHasNoDiskPressure: ['Node <name> status is now: NodeHasNoDiskPressure'],
  NodeHasSufficientMemory: ['Node <name> status is now: NodeHasSufficientMemory'],
  NodeHasSufficientPID: ['Node <name> status is now: NodeHasSufficientPID'],
  NodeNotReady: ['Node is not ready', 'Node <name> status is now: NodeNotReady'],
  NodeNotSchedulable: ['Node <name> status is now: NodeNotSchedulable'],
  NodeReady: ['Node <name> status is now: NodeReady'],
  NodeSchedulable: ['Node <name> status is now: NodeSchedulable'],
  OOMKilling: [
    'Memory cgroup out of memory',
    'Memory cgroup out of memory: Kill process <number>',
    'Memory cgroup out of memory: Killed process <number>',
    'Kill process <number>',
    'Killed process <number>',
    'Out of memory: Killed process <number>',
  ],
  Preempted: [
    'Preempted',
    'Preempted by pod <name> on node <name>',
    'Preempted by <name>/<name> on node <name>',
  ],
  Preempting: ['Preempted in order to admit critical pod'],
  ProbeWarning: ['Liveness probe warning', 'Readiness probe warning', 'Startup probe warning'],
  Pulled: [
    'Container image "<image>" already present on machine',
    'Container image "<image>" already present on machine and can be accessed by the pod',
    'Successfully pulled image "<image>"',
    'Successfully pulled image "<image>" in <duration>',
    'Successfully pulled image "<image>" in <duration> (<duration> including waiting)',
  ],
  Pulling: ['Pulling image "<image>"', 'pulling image "<image>"'],
  Rebooted: ['Node <name> has been rebooted', 'Node <name> has been rebooted, boot id: <name>'],
  RegisteredNode: ['Node <name> event: Registered Node <name> in Controller'],
  RemovingNode: ['Node <name> event: Removing Node <name> from Controller'],
  ResizeCompleted: ['Pod resize completed'],
  ResizeDeferred: ['Pod resize Deferred'],
  ResizeError: ['Pod resize error'],
  ResizeInfeasible: ['Pod resize Infeasible'],
  ResizeStarted: ['Pod resize started'],
  SandboxChanged: ['Pod sandbox changed, it will be killed and re-created.'],
  Scheduled: ['Successfully assigned <name> to <name>', 'Successfully assigned <name>/<name> to <name>'],
  Shutdown: [
    'Shutdown manager detected shutdown event',
    'Shutdown manager detected shutdown cancellation',
    'Shutdown manager detected preshutdown event',
  ],
  Started: ['Started container', 'Started container <name>', 'Container started'],
  Starting: ['Starting kubelet.', 'Starting kube-proxy.', 'Starting'],
  SystemOOM: ['System OOM encountered'],
  TaintManagerEviction: [
    'Marking for deletion Pod <name>/<name>',
    'Cancelling deletion of Pod <name>/<name>',
  ],
  UnfinishedPreStopHook: ['PreStopHook'],
  Unhealthy: [
    'Liveness probe failed',
    'Readiness probe failed',
    'Startup probe failed',
    'Liveness probe errored',
    'Readiness probe errored',
    'Startup probe errored',
  ],
};

/**
 * May stand before any form: client-go writes it where more than ten Events of one reason were folded into one, which
 * carries the message of the newest (tools/record/events_cache.go, `EventAggregatorByReasonMessageFunc`).
 */
export const EVENT_MESSAGE_PREFIX = '(combined from similar events): ';

/** What may stand in a form: names and numbers, each without blanks, so that no sentence passes for one. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  duration: '\\d[\\dhmsnuµ.]{0,23}',
  image: '[^\\s"\\\\]{1,512}',
  name: '[A-Za-z0-9](?:[-A-Za-z0-9._]{0,251}[A-Za-z0-9])?',
  number: '\\d{1,10}',
  pod: '[-A-Za-z0-9._]{1,320}\\([-A-Za-z0-9._]{1,63}\\)',
  quantity: '[A-Za-z0-9.]{1,24}',
  resource: '[A-Za-z][-A-Za-z0-9./]{0,62}[A-Za-z0-9]',
  runtime: '[a-z0-9-]{1,32}',
};

/** The kubelet's labels (dockershim and cri-dockerd write them), which are attributes of each event as well. */
export const DOCKER_LABELS: Fields<{
  podName: string;
  podNamespace: string;
  podUid: string;
  container: string;
  type: string;
  sandboxId: string;
  attempt: number;
}> = {
  podName: ['io.kubernetes.pod.name', name],
  podNamespace: ['io.kubernetes.pod.namespace', name],
  podUid: ['io.kubernetes.pod.uid', identifier],
  container: ['io.kubernetes.container.name', name],
  type: ['io.kubernetes.docker.type', word],
  sandboxId: ['io.kubernetes.sandbox.id', identifier],
  attempt: ['annotation.io.kubernetes.container.restartCount', digits(count)],
};

/** The attributes of an event that are the Engine's own. */
export const DOCKER_ATTRIBUTES: Fields<{
  name: string;
  image: string;
  exitCode: number;
  signal: number;
  executionMs: number;
}> = {
  name: ['name', name],
  image: ['image', image],
  exitCode: ['exitCode', digits(exitCode)],
  signal: ['signal', signalNumber],
  executionMs: ['execDuration', secondsAsMs],
};

/** Of `GET /containers/{id}/json`; its `Config` only for the image and the kubelet's labels. */
export const DOCKER_INSPECT: Fields<{ id: string; name: string; createdAt: string; restartCount: number }> = {
  id: ['Id', identifier],
  name: ['Name', name],
  createdAt: ['Created', time],
  restartCount: ['RestartCount', count],
};

export const DOCKER_INSPECT_CONFIG: Fields<{ image: string }> = { image: ['Image', image] };

export const DOCKER_INSPECT_STATE: Fields<
  Pick<NonNullable<DockerEvent['state']>, 'status' | 'startedAt' | 'finishedAt' | 'exitCode' | 'oomKilled'>
> = {
  status: ['Status', word],
  startedAt: ['StartedAt', time],
  finishedAt: ['FinishedAt', time],
  exitCode: ['ExitCode', exitCode],
  oomKilled: ['OOMKilled', bool],
};

export const DOCKER_INSPECT_HEALTH: Fields<{ health: string }> = { health: ['Status', word] };

/** Of what a runtime other than Docker said (agent/sources/cri/saying.ts). */
export const CRI_SAYING: Fields<{ exitCode: number }> = { exitCode: ['exitStatus', exitCode] };

/** Of a signal that the kernel told of: by whom in the name of the program alone, never its arguments. */
const CRI_SIGNAL: Fields<SentSignal> = {
  signal: ['signal', signalNumber],
  at: ['timeNano', timeInNanos],
  sender: ['sender', programName],
  byKernel: ['byKernel', bool],
  ignored: ['ignored', bool],
};

export const CRI_SIGNALS: Fields<NonNullable<CriEvent['signals']>> = {
  since: ['sinceNano', timeInNanos],
  received: ['received', list(object(CRI_SIGNAL, ['signal', 'at']), LIMITS.signalsPerEnd)],
};

export const CRI_CONTAINER: Fields<{ id: string; sandboxId: string; attempt: number; image: string }> = {
  id: ['id', identifier],
  sandboxId: ['sandboxId', identifier],
  attempt: ['attempt', count],
  image: ['image', image],
};

/** The kubelet's labels, which every runtime keeps (kubelet, kuberuntime/labels.go). */
export const CRI_LABELS: Fields<{
  podName: string;
  podNamespace: string;
  podUid: string;
  container: string;
}> = {
  podName: ['io.kubernetes.pod.name', name],
  podNamespace: ['io.kubernetes.pod.namespace', name],
  podUid: ['io.kubernetes.pod.uid', identifier],
  container: ['io.kubernetes.container.name', name],
};

/** Of a task of containerd. */
export const CRI_TASK: Fields<{ status: string; exitCode: number }> = {
  status: ['status', word],
  exitCode: ['exitStatus', exitCode],
};

/** Of CRI's `ContainerStatus`. */
export const CRI_STATUS: Fields<{ status: string; exitCode: number; reason: string }> = {
  status: ['state', word],
  exitCode: ['exitCode', exitCode],
  reason: ['reason', word],
};
