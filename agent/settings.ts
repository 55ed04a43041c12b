import { LIMITS } from '../timeline/contract/limits.ts';
import { COMPRESSIONS, type Compression, DEFAULT_COMPRESSION } from './deliver/encode.ts';
import type { LeaseName } from './election/lease-store.ts';
import {
  apiFlag,
  bytesFlag,
  choiceFlag,
  clusterFlag,
  countFlag,
  hostFlag,
  leaseFlag,
  nodeNameFlag,
  pathFlag,
  portFlag,
  secondsFlag,
} from './flag-types.ts';
import type { LogBounds } from './logs/ended-run-logs.ts';
import {
  type Environment,
  type Flags,
  missing,
  type Reading,
  readFlags,
  usageOf,
  type Values,
} from './flags.ts';

import { SERVICE_ACCOUNT_FOLDER } from './sources/in-cluster-credentials.ts';

export type Role = 'node' | 'cluster' | 'all';

/** What is watched, and as whom. */
export interface WatchSettings {
  readonly role: Role;
  readonly nodeName: string | undefined;
  /** `off`; a kubeconfig; or undefined to look for one. */
  readonly kubernetes: 'off' | { readonly kubeconfigPath: string } | undefined;
  /** Where the kubelet put the credentials of the pod that the agent runs in; undefined for its usual place. */
  readonly serviceAccountDir?: string | undefined;
  /** How often, at least, what is known of Kubernetes is compared with a list; undefined for never. */
  readonly consistencyCheckSeconds?: number | undefined;
  /** How much of the log of each run that ended is read; undefined for none. */
  readonly logs?: LogBounds | undefined;
  /** `off`; the Engine's socket; or undefined to look for one. */
  readonly docker: 'off' | { readonly socketPath: string } | undefined;
  /** `off`; the socket of containerd or CRI-O; or undefined to look for one that a kubelet uses. */
  readonly cri?: 'off' | { readonly socketPath: string } | undefined;
  /** Where the kernel's tracing file system is, to learn who sends signals to containers; undefined for not. */
  readonly tracefs?: string | undefined;
}

/** Where events go. */
export interface SendSettings {
  readonly cluster: string;
  readonly api: URL;
  readonly tokenFile: string | undefined;
  /** Authorities to trust beside the well-known ones, in PEM. */
  readonly apiCaFile?: string | undefined;
  /** Default: `DEFAULT_COMPRESSION`. */
  readonly compression?: Compression | undefined;
  readonly spoolMaxBytes: number;
}

/** Where what waits is kept, and how far each source came; undefined for in memory. */
export interface SpoolSettings {
  readonly spoolDir: string | undefined;
}

/** Where health and metrics are served; undefined for nowhere. */
export interface MonitoredSettings {
  readonly monitor: { readonly host: string; readonly port: number } | undefined;
}

export type AgentSettings = WatchSettings &
  SendSettings &
  SpoolSettings &
  MonitoredSettings & {
    /** How long a stopped agent goes on delivering. */
    readonly drainSeconds?: number | undefined;
    /** The Lease by which replicas elect who watches; undefined for no election. */
    readonly lease?: LeaseName | undefined;
    /** A file with patterns of what else is a secret in a log. */
    readonly logRedactFile?: string | undefined;
    /** What ends the agent beside signals. */
    readonly stopWith?: 'stdin' | undefined;
  };
export type RecordSettings = WatchSettings & { readonly out: string };

export const DEFAULT_LOG_BYTES = 8 * 1024;
export const DEFAULT_API = 'http://127.0.0.1:8080';
/** Less than the 30 s that a pod has by default to end. */
export const DEFAULT_DRAIN_SECONDS = 10;
export const DEFAULT_METRICS_HOST = '127.0.0.1';
export const DEFAULT_SPOOL_BYTES = 32 * 1024 * 1024;
export const DEFAULT_DISK_SPOOL_BYTES = 256 * 1024 * 1024;

const WATCH_FLAGS = {
  role: choiceFlag(
    ['node', 'cluster', 'all'],
    'what to watch: the pods of one node and its container runtime; all that is not on a node; or all of it (default all)',
  ),
  'node-name': nodeNameFlag('the node that this agent is on; needed for --role node'),
  kubeconfig: pathFlag('default: KUBECONFIG, ~/.kube/config, or the cluster that the agent runs in'),
  kubernetes: choiceFlag(['off'], 'do not watch Kubernetes'),
  'service-account-dir': pathFlag(
    `where a pod's token and authority are, if not in ${SERVICE_ACCOUNT_FOLDER}`,
  ),
  'consistency-check-seconds': secondsFlag(
    86_400,
    'compare what is known of Kubernetes with a list when a watch ends, that is within 5 minutes, if the last time was so long ago; what differs is listed anew and told as a gap (default: never)',
  ),
  docker: pathFlag(
    'the socket of the Docker Engine, or off (default /var/run/docker.sock, if there is one)',
    'SOCKET|off',
  ),
  cri: pathFlag(
    'the socket of containerd or CRI-O, or off (default auto: the first that is found and that a kubelet uses)',
    'SOCKET|off|auto',
  ),
  tracefs: pathFlag(
    "the kernel's tracing file system (/sys/kernel/tracing): where the runtime is containerd, which does not say who ends a container, ask the kernel who sent which signal; needs root (default: not)",
  ),
  'log-lines': countFlag(
    0,
    LIMITS.logLines,
    'send so many of the last lines that a run wrote before its container restarted. What looks like a secret is taken out, but rules cannot know them all: a log can hold secrets in spite of them, and what is sent can be read by whoever reads the timeline (default 0: no logs)',
  ),
  'log-max-bytes': countFlag(
    256,
    LIMITS.logLength,
    `and of these no more than so many bytes (default ${DEFAULT_LOG_BYTES})`,
  ),
};

const AGENT_FLAGS = {
  cluster: clusterFlag('the name under which this cluster records; needed'),
  api: apiFlag(`where the podlapse API is (default ${DEFAULT_API})`),
  'token-file': pathFlag('a file with the token for the API, read for every request'),
  'log-redact-file': pathFlag(
    'with --log-lines, what else is a secret in a log: a file with one regular expression in each line',
  ),
  'api-ca-file': pathFlag(
    'authorities to trust at the API beside the well-known ones, in PEM; read anew when it changes',
  ),
  compression: choiceFlag(COMPRESSIONS, `how batches are sent (default ${DEFAULT_COMPRESSION})`),
  ...WATCH_FLAGS,
  lease: leaseFlag(
    'for two or more agents of --role cluster: the Lease by which they elect the one that watches',
  ),
  'drain-seconds': secondsFlag(
    600,
    `how long a stopped agent goes on delivering (default ${DEFAULT_DRAIN_SECONDS}); a pod's grace period must be longer`,
  ),
  'spool-dir': pathFlag(
    'a folder, for this agent alone, for what waits to be sent and how far it came, so that neither is lost when it is killed (default: in memory)',
  ),
  'spool-max-bytes': bytesFlag(
    LIMITS.eventBytes,
    `how much may wait while the API is away, on the disk with --spool-dir (default ${DEFAULT_DISK_SPOOL_BYTES}), else in memory (default ${DEFAULT_SPOOL_BYTES}); then the oldest is dropped`,
  ),
  'stop-with': choiceFlag(['stdin'], 'stop as after SIGTERM when standard input ends: for a parent process'),
  'metrics-port': portFlag(
    'serves /healthz, /readyz and /metrics (Prometheus) at this port; 0 or absent: not',
  ),
  'metrics-host': hostFlag(
    `the address to serve them at (default ${DEFAULT_METRICS_HOST}; 0.0.0.0 in a pod, for the kubelet and Prometheus)`,
  ),
};

const ONLY_FOR_SENDING = 'only for sending: taken and not used';

const RECORD_FLAGS = {
  out: pathFlag('the recording; compressed if it ends in .gz; needed'),
  ...WATCH_FLAGS,
  'log-lines': countFlag(
    0,
    LIMITS.logLines,
    'read so many of the last lines that a run wrote before its container restarted, as they are: secrets in them are taken out only where they are sent (default 0: no logs)',
  ),
  cluster: clusterFlag(ONLY_FOR_SENDING),
  api: apiFlag(ONLY_FOR_SENDING),
  'token-file': pathFlag(ONLY_FOR_SENDING),
  'api-ca-file': pathFlag(ONLY_FOR_SENDING),
  'log-redact-file': pathFlag(ONLY_FOR_SENDING),
  compression: choiceFlag(COMPRESSIONS, ONLY_FOR_SENDING),
  lease: leaseFlag(ONLY_FOR_SENDING),
  'drain-seconds': secondsFlag(600, ONLY_FOR_SENDING),
  'spool-dir': pathFlag(ONLY_FOR_SENDING),
  'spool-max-bytes': bytesFlag(LIMITS.eventBytes, ONLY_FOR_SENDING),
  'stop-with': choiceFlag(['stdin'], ONLY_FOR_SENDING),
  'metrics-port': portFlag(ONLY_FOR_SENDING),
  'metrics-host': hostFlag(ONLY_FOR_SENDING),
};

export function agentUsage(): string {
  return `Usage: npm run agent -- --cluster NAME [flags]

Watches Kubernetes and the container runtime, and sends to the podlapse API what happened to containers. Each flag can be given as a
variable too: --node-name as PODLAPSE_NODE_NAME. The way to the podlapse API takes the proxy that HTTPS_PROXY or
HTTP_PROXY names, unless NO_PROXY names the host.

${usageOf(AGENT_FLAGS)}`;
}

export function recordUsage(): string {
  return `Usage: npm run record -- --out PATH [flags]

Watches as the agent does, and writes what Kubernetes and the runtime said to a file instead of sending it. The file holds
everything they said, also what the agent never sends: treat it like a dump of the cluster. An agent's command line can
be given as it is.

${usageOf(RECORD_FLAGS)}`;
}

/** Reads the agent's settings. */
export function readAgentSettings(argv: readonly string[], environment: Environment): Reading<AgentSettings> {
  return checked(readFlags(AGENT_FLAGS, argv, environment), (values) => {
    const watch = watchSettings(values);
    const { cluster } = values;
    const errors = [
      ...watch.errors,
      ...(values.lease !== undefined && watch.settings?.role !== 'cluster'
        ? ['--lease goes with --role cluster only: what a node has, no other agent watches']
        : []),
      ...(cluster === undefined
        ? [missing('cluster', 'give the name under which this cluster records')]
        : []),
    ];
    if (cluster === undefined || watch.settings === undefined) return { errors };
    return {
      errors,
      settings: {
        ...watch.settings,
        cluster,
        api: values.api ?? new URL(DEFAULT_API),
        tokenFile: values['token-file'],
        apiCaFile: values['api-ca-file'],
        logRedactFile: values['log-redact-file'],
        compression: values.compression,
        lease: values.lease,
        drainSeconds: values['drain-seconds'],
        stopWith: values['stop-with'],
        spoolDir: values['spool-dir'],
        spoolMaxBytes:
          values['spool-max-bytes'] ??
          (values['spool-dir'] === undefined ? DEFAULT_SPOOL_BYTES : DEFAULT_DISK_SPOOL_BYTES),
        monitor: monitorAt(values['metrics-host'], values['metrics-port']),
      },
    };
  });
}

/** Reads the recorder's settings. */
export function readRecordSettings(
  argv: readonly string[],
  environment: Environment,
): Reading<RecordSettings> {
  return checked(readFlags(RECORD_FLAGS, argv, environment), (values) => {
    const watch = watchSettings(values);
    const { out } = values;
    const errors = [
      ...watch.errors,
      ...(out === undefined ? [missing('out', 'give the file to write the recording to')] : []),
    ];
    if (out === undefined || watch.settings === undefined) return { errors };
    return { errors, settings: { ...watch.settings, out } };
  });
}

interface Checked<T> {
  readonly errors: readonly string[];
  readonly settings?: T;
}

/** Adds the errors that only several flags together show. */
export function checked<F extends Flags, T>(
  reading: Reading<Values<F>>,
  check: (values: Values<F>) => Checked<T>,
): Reading<T> {
  if (reading.kind !== 'settings') return reading;
  const { errors, settings } = check(reading.settings);
  return settings === undefined || errors.length > 0
    ? { kind: 'errors', errors }
    : { kind: 'settings', settings };
}

function monitorAt(host = DEFAULT_METRICS_HOST, port = 0): MonitoredSettings['monitor'] {
  return port === 0 ? undefined : { host, port };
}

function watchSettings(values: Values<typeof WATCH_FLAGS>): Checked<WatchSettings> {
  const lines = values['log-lines'] ?? 0;
  const {
    role = 'all',
    kubeconfig,
    kubernetes,
    docker,
    cri = 'auto',
    tracefs,
    'node-name': nodeName,
  } = values;
  const errors: string[] = [];
  if (role === 'node' && nodeName === undefined) {
    errors.push(
      missing('node-name', '--role node needs the name of its node; in a DaemonSet it is spec.nodeName'),
    );
  }
  if (kubeconfig !== undefined && kubernetes === 'off') {
    errors.push('--kubeconfig and --kubernetes off exclude each other: leave one of them out');
  }
  if (role === 'cluster' && docker !== undefined && docker !== 'off') {
    errors.push('--docker does not go with --role cluster, which watches no node: leave one of them out');
  }
  if (role === 'cluster' && cri !== 'auto' && cri !== 'off') {
    errors.push('--cri does not go with --role cluster, which watches no node: leave one of them out');
  }
  if (tracefs !== undefined && (role === 'cluster' || cri === 'off')) {
    errors.push(
      `--tracefs does not go with ${cri === 'off' ? '--cri off' : '--role cluster'}: it tells more of the containers of a node's containerd; leave one of them out`,
    );
  }
  if (lines > 0 && role === 'cluster') {
    errors.push('--log-lines does not go with --role cluster: the agents of the nodes read the logs');
  }
  if (lines > 0 && kubernetes === 'off') {
    errors.push('--log-lines and --kubernetes off exclude each other: Kubernetes is who is asked for logs');
  }
  return {
    errors,
    settings: {
      role,
      logs: lines === 0 ? undefined : { lines, maxBytes: values['log-max-bytes'] ?? DEFAULT_LOG_BYTES },
      nodeName,
      serviceAccountDir: values['service-account-dir'],
      consistencyCheckSeconds: values['consistency-check-seconds'],
      kubernetes: kubernetes ?? (kubeconfig === undefined ? undefined : { kubeconfigPath: kubeconfig }),
      docker: docker === undefined || docker === 'off' ? docker : { socketPath: docker },
      tracefs,
      cri: cri === 'auto' ? undefined : cri === 'off' ? cri : { socketPath: cri },
    },
  };
}
