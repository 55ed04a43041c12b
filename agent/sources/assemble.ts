import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { EndedRunLogs } from '../logs/ended-run-logs.ts';
import { withLogs } from '../logs/with-logs.ts';
import type { Source } from '../observation.ts';
import type { WatchSettings } from '../settings.ts';
import { isSystemError } from '../spool/disk-error.ts';
import type { JournalSettings } from '../spool/journal.ts';
import type { Tell } from '../telemetry/happening.ts';
import { CRI_SOCKETS, findCriSocket } from './cri/find-socket.ts';
import { createDockerSource } from './docker.ts';
import { createForgetfulRuntimeState, createPersistedRuntimeState } from './runtime-state.ts';
import { createEventsSource } from './events.ts';
import { findKubernetes, type KubernetesSearch } from './find-kubernetes.ts';
import type { KubernetesClient, KubernetesWriter } from './kubernetes-api.ts';
import { createKubernetesClient } from './kubernetes-client.ts';
import { createMemoryState } from './list-watch-state.ts';
import { createPersistedWatchState } from './persisted-watch-state.ts';
import { createPodsSource, type PodsScope } from './pods.ts';
import type { SignalWatch } from './signals/kernel-signals.ts';

export interface SourceParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** Where to look for Kubernetes when no kubeconfig is named. */
  readonly environment: KubernetesSearch['environment'];
  /** Where to look for Docker when no socket is named. */
  readonly defaultDockerSocket?: string;
  /** Where to look for containerd or CRI-O when no socket is named; default: `CRI_SOCKETS`. */
  readonly defaultCriSockets?: readonly string[];
  /** Where each source keeps how far it came, for the next process; undefined for nowhere. */
  readonly journal?: ((name: string) => JournalSettings) | undefined;
}

/** How often a source says that it is well: how much too early a gap can begin after a kill. */
const ALIVE_EVERY_MS = 3_000;

export interface AssembledSources {
  readonly sources: readonly Source[];
  /** The way to the Kubernetes API; undefined where Kubernetes is off. */
  readonly kubernetes: (KubernetesClient & KubernetesWriter) | undefined;
  /** Ends what the sources shared; after they ended. */
  readonly close: () => void;
}

/** Neither Kubernetes nor a container runtime was named or found. */
export class NothingToWatchError extends Error {
  override readonly name = 'NothingToWatchError';

  constructor() {
    super(
      'there is nothing to watch: name a kubeconfig with --kubeconfig, a Docker socket with --docker, or the socket of containerd or CRI-O with --cri',
    );
  }
}

/**
 * The sources of a role: the **node** agent watches the pods of its node and the node's runtime, the **cluster**
 * agent what no node tells of. What is neither named nor found is off, and said so in one line.
 *
 * @throws NothingToWatchError
 * @throws KubernetesCredentialsError for a kubeconfig that cannot be used
 */
export async function assembleSources(
  settings: WatchSettings,
  parts: SourceParts,
): Promise<AssembledSources> {
  const kubernetes = await kubernetesSources(settings, parts);
  const docker = dockerSources(settings, parts);
  const cri = await criSources(settings, parts);
  const sources = [...kubernetes.sources, ...docker, ...cri];
  if (sources.length === 0) throw new NothingToWatchError();
  return { ...kubernetes, sources };
}

async function kubernetesSources(
  { role, nodeName, kubernetes, logs, serviceAccountDir, consistencyCheckSeconds }: WatchSettings,
  { clock, random, log, tell, environment, journal }: SourceParts,
): Promise<AssembledSources> {
  const none = { sources: [], kubernetes: undefined, close: () => {} };
  if (kubernetes === 'off') return none;
  const credentials = await findKubernetes({
    kubeconfigPath: kubernetes?.kubeconfigPath,
    environment,
    ...(serviceAccountDir !== undefined && { serviceAccountFolder: serviceAccountDir }),
  });
  if (credentials === undefined) {
    log.info(
      {},
      'Kubernetes is off: there is no kubeconfig (--kubeconfig, KUBECONFIG, ~/.kube/config) and this is no pod',
    );
    return none;
  }
  const client = createKubernetesClient({ credentials });
  const tuning =
    consistencyCheckSeconds === undefined ? {} : { checkEveryMs: consistencyCheckSeconds * 1000 };
  const shared = { client, clock, random, tell, tuning };
  const scope = podsScope(role, nodeName);
  const state = (name: string, what: object) =>
    journal === undefined
      ? createMemoryState()
      : createPersistedWatchState({
          ...journal(name),
          scope: JSON.stringify({ server: client.server, ...what }),
          aliveEveryMs: ALIVE_EVERY_MS,
        });
  const watchedPods = createPodsSource({ ...shared, state: state('pods', scope), scope });
  const pods =
    logs === undefined
      ? watchedPods
      : withLogs(watchedPods, new EndedRunLogs({ client, clock, tell, bounds: logs }));
  const events = role === 'node' ? [] : [createEventsSource({ ...shared, state: state('events', {}) })];
  return { sources: [pods, ...events], kubernetes: client, close: () => client.close() };
}

function podsScope(role: WatchSettings['role'], nodeName: string | undefined): PodsScope {
  switch (role) {
    case 'node':
      return nodeName === undefined ? {} : { node: nodeName };
    case 'cluster':
      return { unassigned: true };
    case 'all':
      return {};
  }
}

function dockerSources(
  { role, docker }: WatchSettings,
  { clock, random, log, tell, journal, defaultDockerSocket = '/var/run/docker.sock' }: SourceParts,
): Source[] {
  if (docker === 'off' || role === 'cluster') return [];
  if (docker === undefined && !existsSync(defaultDockerSocket)) {
    log.info(
      {},
      `Docker is off: there is no ${defaultDockerSocket}; name its socket with --docker if it is elsewhere`,
    );
    return [];
  }
  const socketPath = docker?.socketPath ?? defaultDockerSocket;
  const state =
    journal === undefined
      ? createForgetfulRuntimeState()
      : createPersistedRuntimeState({
          ...journal('docker'),
          scope: JSON.stringify({ socketPath }),
          aliveEveryMs: ALIVE_EVERY_MS,
        });
  return [createDockerSource({ socketPath, clock, random, tell, state })];
}

/** A socket that does not answer at once is none to choose. */
const CHOOSING_MS = 2_000;

async function criSources({ role, cri, tracefs }: WatchSettings, parts: SourceParts): Promise<Source[]> {
  const { clock, random, log, tell, journal, defaultCriSockets = CRI_SOCKETS } = parts;
  if (cri === 'off' || role === 'cluster') return [];
  const socketPath = cri?.socketPath ?? findCriSocket(defaultCriSockets);
  if (socketPath === undefined) {
    if (tracefs !== undefined)
      log.warn(
        { tracefs },
        '--tracefs is of no use here: there is no containerd; name its socket with --cri',
      );
    return [];
  }
  // Read only where it is used, since HTTP/2 takes memory.
  const [{ createCriSource }, { unusedByKubelet }] = await Promise.all([
    import('./cri/cri.ts'),
    import('./cri/used-by-kubelet.ts'),
  ]);
  // Where nobody named it, it may be a containerd that serves Docker alone. On a node there is at least our own pod.
  const why = cri === undefined ? await unusedByKubelet(socketPath, CHOOSING_MS) : undefined;
  if (why !== undefined) {
    log.info(
      { socket: socketPath },
      `the container runtime at ${socketPath} is not watched (${why}); name its socket with --cri if it is to be`,
    );
    return [];
  }
  const state =
    journal === undefined
      ? createForgetfulRuntimeState()
      : createPersistedRuntimeState({
          ...journal('cri'),
          scope: JSON.stringify({ socketPath }),
          aliveEveryMs: ALIVE_EVERY_MS,
        });
  const signals = tracefs === undefined ? undefined : await kernelSignals(tracefs, parts);
  const said = signals === undefined ? {} : { signals };
  return [createCriSource({ socketPath, clock, random, tell, state, ...said })];
}

/** Without them all else is recorded. */
async function kernelSignals(
  tracefs: string,
  { clock, tell }: SourceParts,
): Promise<SignalWatch | undefined> {
  const { createKernelSignals } = await import('./signals/kernel-signals.ts');
  try {
    return createKernelSignals({ tracefs, clock, tell });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    tell({ what: 'signals-unavailable', tracefs, error });
    return undefined;
  }
}
