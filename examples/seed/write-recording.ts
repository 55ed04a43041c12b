// Writes recording.ndjson: the seed scenario of 2020 as the sources would have told it. README.md beside this file
// says what is taken from the account of that day and what had to be filled in.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const NAMESPACE = 'default';
const POD = 'pod-apache';
const UID = '36253f3c-4ed5-11ea-a10e-0242294e2d14';
const NODE = 'node2';
const IMAGE_ID =
  'docker-pullable://httpd@sha256:b783a610e75380aa152dd855a18368ea2f3becb5129d0541e2ec8b662cbd8afb';

/** The account gives the first twelve digits of most IDs; the others are made up, always the same. */
const fullId = (short: string) =>
  short +
  createHash('sha256')
    .update(short)
    .digest('hex')
    .slice(0, 64 - short.length);

const APP = [
  fullId('91b19b56d72b'),
  fullId('3d70ded781da'),
  fullId('c9ea78dac905'),
  fullId('9e8cf9c01c67'),
  '401942ae7cd209794eaed22cfea3b35b0316f416bca7dced6325702c55a97fb6',
] as const;
const SANDBOX = [fullId('3fdbe0446a74'), fullId('53fbecd4180f'), fullId('a0c1f27d9e43')] as const;

const lines: { at: string; source: string; raw: unknown }[] = [];
const at = (clock: string) => `2020-02-14T${clock}Z`;
const seconds = (clock: string) => `${at(clock).slice(0, 19)}Z`;

/** The recorder hears a moment after it happened. */
function observe(source: string, clock: string, raw: unknown, delayMs = 40): void {
  lines.push({ at: new Date(Date.parse(at(clock)) + delayMs).toISOString(), source, raw });
}

// --- the recorder -------------------------------------------------------------------------------------------------
for (const watched of ['pod', 'event', 'docker']) {
  observe('agent', '02:53:40.000', { type: 'recording-began', watched, to: at('02:53:40.000') }, 0);
}

// --- the pod's revisions ------------------------------------------------------------------------------------------
interface Status {
  container?: { id: string; restartCount: number; startedAt: string };
  last?: { id: string; startedAt: string; finishedAt: string };
  /** What the container's state is when it does not run. */
  waiting?: string;
  ended?: { id: string; restartCount: number; startedAt: string; finishedAt: string };
  scheduled?: string;
  readySince?: string;
  notReadySince?: string;
  ip?: boolean;
}

let resourceVersion = 284_310;
function revision(type: 'ADDED' | 'MODIFIED', clock: string, status: Status): void {
  resourceVersion += 13;
  observe('pod', clock, { type, object: pod(String(resourceVersion), status) });
}

function terminated(id: string, startedAt: string, finishedAt: string) {
  return {
    exitCode: 0,
    reason: 'Completed',
    startedAt: seconds(startedAt),
    finishedAt: seconds(finishedAt),
    containerID: `docker://${id}`,
  };
}

function containerStatus({ container, ended, last, waiting }: Status) {
  if (container === undefined && ended === undefined && waiting === undefined) return undefined;
  const lastState =
    last === undefined ? {} : { terminated: terminated(last.id, last.startedAt, last.finishedAt) };
  const common = { name: 'apache', image: 'httpd:latest', lastState };
  if (container !== undefined) {
    return {
      ...common,
      state: { running: { startedAt: seconds(container.startedAt) } },
      ready: true,
      started: true,
      restartCount: container.restartCount,
      imageID: IMAGE_ID,
      containerID: `docker://${container.id}`,
    };
  }
  if (ended !== undefined) {
    return {
      ...common,
      state: { terminated: terminated(ended.id, ended.startedAt, ended.finishedAt) },
      ready: false,
      started: false,
      restartCount: ended.restartCount,
      imageID: IMAGE_ID,
      containerID: `docker://${ended.id}`,
    };
  }
  return {
    ...common,
    state: { waiting: { reason: waiting } },
    ready: false,
    started: false,
    restartCount: 0,
    image: 'httpd',
    imageID: '',
  };
}

function pod(version: string, status: Status) {
  const conditions = [];
  if (status.scheduled !== undefined) {
    const since = status.readySince ?? status.notReadySince ?? status.scheduled;
    const ready =
      status.readySince === undefined
        ? { status: 'False', reason: 'ContainersNotReady' }
        : { status: 'True' };
    conditions.push(
      { type: 'Initialized', status: 'True', lastTransitionTime: seconds(status.scheduled) },
      { type: 'Ready', ...ready, lastTransitionTime: seconds(since) },
      { type: 'ContainersReady', ...ready, lastTransitionTime: seconds(since) },
      { type: 'PodScheduled', status: 'True', lastTransitionTime: seconds(status.scheduled) },
    );
  }
  const containers = containerStatus(status);
  const running =
    status.container !== undefined || status.ended !== undefined || status.notReadySince !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: POD,
      namespace: NAMESPACE,
      uid: UID,
      resourceVersion: version,
      creationTimestamp: seconds('02:53:43'),
    },
    spec: {
      containers: [
        {
          name: 'apache',
          image: 'httpd',
          imagePullPolicy: 'Always',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      ...(status.scheduled === undefined ? {} : { nodeName: NODE }),
    },
    status: {
      phase: running ? 'Running' : 'Pending',
      qosClass: 'BestEffort',
      ...(conditions.length > 0 ? { conditions } : {}),
      ...(containers === undefined
        ? {}
        : { startTime: seconds('02:53:43'), containerStatuses: [containers] }),
      ...(status.ip === true ? { podIP: '10.44.0.4' } : {}),
    },
  };
}

// --- Kubernetes Events --------------------------------------------------------------------------------------------
const counts = new Map<string, { count: number; first: string; uid: string }>();
function kubernetesEvent(clock: string, reason: string, message: string, container = true): void {
  resourceVersion += 1;
  const known = counts.get(reason);
  const entry = known ?? { count: 0, first: clock, uid: fullUid(reason) };
  entry.count += 1;
  counts.set(reason, entry);
  observe(
    'event',
    clock,
    {
      type: known === undefined ? 'ADDED' : 'MODIFIED',
      object: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          name: `${POD}.${createHash('sha256').update(reason).digest('hex').slice(0, 16)}`,
          namespace: NAMESPACE,
          uid: entry.uid,
          resourceVersion: String(resourceVersion),
          creationTimestamp: seconds(entry.first),
        },
        involvedObject: {
          kind: 'Pod',
          namespace: NAMESPACE,
          name: POD,
          uid: UID,
          apiVersion: 'v1',
          ...(container ? { fieldPath: 'spec.containers{apache}' } : {}),
        },
        reason,
        message,
        type: 'Normal',
        count: entry.count,
        firstTimestamp: seconds(entry.first),
        lastTimestamp: seconds(clock),
        source:
          reason === 'Scheduled' ? { component: 'default-scheduler' } : { component: 'kubelet', host: NODE },
      },
    },
    60,
  );
}

function fullUid(reason: string): string {
  const hex = createHash('sha256').update(`event ${reason}`).digest('hex');
  return `${hex.slice(0, 8)}-4ed5-11ea-a10e-${hex.slice(8, 20)}`;
}

// --- the Docker Engine --------------------------------------------------------------------------------------------
interface Container {
  id: string;
  sandbox?: string;
  attempt: number;
}

function docker(
  clock: string,
  action: string,
  { id, sandbox, attempt }: Container,
  attributes: object = {},
): void {
  const isSandbox = sandbox === undefined;
  const name = isSandbox ? 'POD' : 'apache';
  const milliseconds = Date.parse(at(clock));
  // Nanoseconds beyond the clock's milliseconds, always the same for the same event.
  const rest = (createHash('sha256').update(`${id} ${action}`).digest().readUInt32BE() % 1_000_000)
    .toString()
    .padStart(6, '0');
  observe('docker', clock, {
    status: action,
    id,
    from: isSandbox ? 'k8s.gcr.io/pause:3.1' : 'httpd',
    Type: 'container',
    Action: action,
    Actor: {
      ID: id,
      Attributes: {
        ...attributes,
        image: isSandbox ? 'k8s.gcr.io/pause:3.1' : 'httpd',
        name: `k8s_${name}_${POD}_${NAMESPACE}_${UID}_${attempt}`,
        'io.kubernetes.container.name': name,
        'io.kubernetes.docker.type': isSandbox ? 'podsandbox' : 'container',
        'io.kubernetes.pod.name': POD,
        'io.kubernetes.pod.namespace': NAMESPACE,
        'io.kubernetes.pod.uid': UID,
        ...(isSandbox
          ? {}
          : {
              'annotation.io.kubernetes.container.restartCount': String(attempt),
              'io.kubernetes.sandbox.id': sandbox,
            }),
      },
    },
    scope: 'local',
    time: Math.floor(milliseconds / 1000),
    timeNano: `${milliseconds}${rest}`,
  });
}

const sandbox = (index: 0 | 1 | 2, attempt: number): Container => ({ id: SANDBOX[index], attempt });
const app = (index: 0 | 1 | 2 | 3 | 4, inSandbox: 0 | 1 | 2, attempt: number): Container => ({
  id: APP[index],
  sandbox: SANDBOX[inSandbox],
  attempt,
});

/** The kubelet pulls the image (`latest` is always pulled), then makes and starts the container. */
function kubeletStarts(
  container: Container,
  pulling: string,
  pulled: string,
  created: string,
  started: string,
): void {
  kubernetesEvent(pulling, 'Pulling', 'Pulling image "httpd"');
  kubernetesEvent(pulled, 'Pulled', 'Successfully pulled image "httpd"');
  docker(created, 'create', container);
  kubernetesEvent(created, 'Created', 'Created container apache');
  docker(started, 'start', container);
  kubernetesEvent(started, 'Started', 'Started container apache');
}

// --- kubectl create -f pod-apache.yaml ----------------------------------------------------------------------------
revision('ADDED', '02:53:43.120', {});
revision('MODIFIED', '02:53:43.180', { scheduled: '02:53:43' });
kubernetesEvent('02:53:43.185', 'Scheduled', 'Successfully assigned default/pod-apache to node2', false);
revision('MODIFIED', '02:53:43.410', { scheduled: '02:53:43', waiting: 'ContainerCreating' });
docker('02:53:44.310', 'create', sandbox(0, 0));
docker('02:53:44.870', 'start', sandbox(0, 0));
kubeletStarts(app(0, 0, 0), '02:53:45.020', '02:53:46.350', '02:53:46.480', '02:53:49.110');
revision('MODIFIED', '02:53:49.900', {
  scheduled: '02:53:43',
  container: { id: APP[0], restartCount: 0, startedAt: '02:53:49' },
  readySince: '02:53:49',
  ip: true,
});

// --- docker container rm 91b19b56d72b --force ---------------------------------------------------------------------
docker('02:56:09.880', 'kill', app(0, 0, 0), { signal: '9' });
docker('02:56:10.140', 'die', app(0, 0, 0), { exitCode: '137' });
docker('02:56:10.330', 'destroy', app(0, 0, 0));
revision('MODIFIED', '02:56:11.020', {
  scheduled: '02:53:43',
  waiting: 'ContainerCreating',
  notReadySince: '02:56:11',
  ip: true,
});
kubeletStarts(app(1, 0, 0), '02:56:11.200', '02:56:26.410', '02:56:26.530', '02:56:27.060');
revision('MODIFIED', '02:56:28.010', {
  scheduled: '02:53:43',
  container: { id: APP[1], restartCount: 0, startedAt: '02:56:27' },
  readySince: '02:56:28',
  ip: true,
});

// --- docker container stop 3d70ded781da, then rm ------------------------------------------------------------------
docker('03:06:01.450', 'kill', app(1, 0, 0), { signal: '15' });
docker('03:06:02.510', 'die', app(1, 0, 0), { exitCode: '0' });
docker('03:06:02.600', 'stop', app(1, 0, 0));
revision('MODIFIED', '03:06:03.020', {
  scheduled: '02:53:43',
  ended: { id: APP[1], restartCount: 0, startedAt: '02:56:27', finishedAt: '03:06:02' },
  notReadySince: '03:06:03',
  ip: true,
});
docker('03:06:04.610', 'destroy', app(1, 0, 0));
kubeletStarts(app(2, 0, 1), '03:06:03.110', '03:06:05.700', '03:06:05.900', '03:06:06.240');
revision('MODIFIED', '03:06:07.030', {
  scheduled: '02:53:43',
  container: { id: APP[2], restartCount: 1, startedAt: '03:06:06' },
  readySince: '03:06:07',
  ip: true,
});

// --- docker container rm 3fdbe0446a74 --force ---------------------------------------------------------------------
docker('03:12:08.210', 'kill', sandbox(0, 0), { signal: '9' });
docker('03:12:08.420', 'die', sandbox(0, 0), { exitCode: '137' });
docker('03:12:08.560', 'destroy', sandbox(0, 0));
kubernetesEvent('03:12:09.040', 'Killing', 'Stopping container apache');
docker('03:12:09.060', 'kill', app(2, 0, 1), { signal: '15' });
docker('03:12:10.120', 'die', app(2, 0, 1), { exitCode: '0' });
docker('03:12:10.180', 'stop', app(2, 0, 1));
revision('MODIFIED', '03:12:10.400', {
  scheduled: '02:53:43',
  container: { id: APP[2], restartCount: 1, startedAt: '03:06:06' },
  readySince: '03:06:07',
});
docker('03:12:10.510', 'create', sandbox(1, 0));
docker('03:12:10.990', 'start', sandbox(1, 0));
kubeletStarts(app(3, 1, 2), '03:12:11.100', '03:12:12.700', '03:12:12.820', '03:12:13.240');
revision('MODIFIED', '03:12:14.060', {
  scheduled: '02:53:43',
  container: { id: APP[3], restartCount: 2, startedAt: '03:12:13' },
  last: { id: APP[2], startedAt: '03:06:06', finishedAt: '03:12:10' },
  readySince: '03:06:07',
  ip: true,
});

// --- docker container stop 53fbecd4180f, then rm ------------------------------------------------------------------
docker('03:16:14.310', 'kill', sandbox(1, 0), { signal: '15' });
docker('03:16:14.540', 'die', sandbox(1, 0), { exitCode: '0' });
docker('03:16:14.620', 'stop', sandbox(1, 0));
kubernetesEvent(
  '03:16:15.020',
  'SandboxChanged',
  'Pod sandbox changed, it will be killed and re-created.',
  false,
);
kubernetesEvent('03:16:15.050', 'Killing', 'Stopping container apache');
docker('03:16:15.080', 'kill', app(3, 1, 2), { signal: '15' });
docker('03:16:15.910', 'die', app(3, 1, 2), { exitCode: '0' });
docker('03:16:15.970', 'stop', app(3, 1, 2));
docker('03:16:16.380', 'create', sandbox(2, 1));
docker('03:16:16.850', 'start', sandbox(2, 1));
kubeletStarts(app(4, 2, 3), '03:16:17.100', '03:16:18.400', '03:16:18.700', '03:16:19.180');
revision('MODIFIED', '03:16:20.040', {
  scheduled: '02:53:43',
  container: { id: APP[4], restartCount: 3, startedAt: '03:16:19' },
  last: { id: APP[3], startedAt: '03:12:13', finishedAt: '03:16:15' },
  readySince: '03:06:07',
  ip: true,
});
docker('03:16:22.700', 'destroy', sandbox(1, 0));

lines.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
const path = new URL('recording.ndjson', import.meta.url);
writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
console.log(`${lines.length} observations written to examples/seed/recording.ndjson`);
