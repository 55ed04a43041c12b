import { LIMITS } from '../timeline/contract/limits.ts';
import { apiFlag, bytesFlag, choiceFlag, clusterFlag, nodeNameFlag, pathFlag } from './flag-types.ts';
import {
  type Environment,
  type Flags,
  missing,
  type Reading,
  readFlags,
  usageOf,
  type Values,
} from './flags.ts';

export type Role = 'node' | 'cluster' | 'all';

/** What is watched, and as whom. */
export interface WatchSettings {
  readonly role: Role;
  readonly nodeName: string | undefined;
  /** `off`; a kubeconfig; or undefined to look for one. */
  readonly kubernetes: 'off' | { readonly kubeconfigPath: string } | undefined;
  /** `off`; the Engine's socket; or undefined to look for one. */
  readonly docker: 'off' | { readonly socketPath: string } | undefined;
}

/** Where events go. */
export interface SendSettings {
  readonly cluster: string;
  readonly api: URL;
  readonly tokenFile: string | undefined;
  readonly spoolMaxBytes: number;
}

export type AgentSettings = WatchSettings & SendSettings;
export type RecordSettings = WatchSettings & { readonly out: string };

export const DEFAULT_API = 'http://127.0.0.1:8080';
export const DEFAULT_SPOOL_BYTES = 32 * 1024 * 1024;

const WATCH_FLAGS = {
  role: choiceFlag(
    ['node', 'cluster', 'all'],
    'what to watch: the pods of one node and its Docker; all that is not on a node; or all of it (default all)',
  ),
  'node-name': nodeNameFlag('the node that this agent is on; needed for --role node'),
  kubeconfig: pathFlag('default: KUBECONFIG, ~/.kube/config, or the cluster that the agent runs in'),
  kubernetes: choiceFlag(['off'], 'do not watch Kubernetes'),
  docker: pathFlag(
    'the socket of the Docker Engine, or off (default /var/run/docker.sock, if there is one)',
    'SOCKET|off',
  ),
};

const AGENT_FLAGS = {
  cluster: clusterFlag('the name under which this cluster records; needed'),
  api: apiFlag(`where the podlapse API is (default ${DEFAULT_API})`),
  'token-file': pathFlag('a file with the token for the API, read for every request'),
  ...WATCH_FLAGS,
  'spool-max-bytes': bytesFlag(
    LIMITS.eventBytes,
    `how much may wait in memory while the API is away (default ${DEFAULT_SPOOL_BYTES}); then the oldest is dropped`,
  ),
};

const ONLY_FOR_SENDING = 'only for sending: taken and not used';

const RECORD_FLAGS = {
  out: pathFlag('the recording; compressed if it ends in .gz; needed'),
  ...WATCH_FLAGS,
  cluster: clusterFlag(ONLY_FOR_SENDING),
  api: apiFlag(ONLY_FOR_SENDING),
  'token-file': pathFlag(ONLY_FOR_SENDING),
  'spool-max-bytes': bytesFlag(LIMITS.eventBytes, ONLY_FOR_SENDING),
};

export function agentUsage(): string {
  return `Usage: npm run agent -- --cluster NAME [flags]

Watches Kubernetes and Docker, and sends to the podlapse API what happened to containers. Each flag can be given as a
variable too: --node-name as PODLAPSE_NODE_NAME.

${usageOf(AGENT_FLAGS)}`;
}

export function recordUsage(): string {
  return `Usage: npm run record -- --out PATH [flags]

Watches as the agent does, and writes what Kubernetes and Docker said to a file instead of sending it. The file holds
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
        spoolMaxBytes: values['spool-max-bytes'] ?? DEFAULT_SPOOL_BYTES,
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

function watchSettings(values: Values<typeof WATCH_FLAGS>): Checked<WatchSettings> {
  const { role = 'all', kubeconfig, kubernetes, docker, 'node-name': nodeName } = values;
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
  return {
    errors,
    settings: {
      role,
      nodeName,
      kubernetes: kubernetes ?? (kubeconfig === undefined ? undefined : { kubeconfigPath: kubeconfig }),
      docker: docker === undefined || docker === 'off' ? docker : { socketPath: docker },
    },
  };
}
