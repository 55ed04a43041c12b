import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Source } from '../observation.ts';
import type { WatchSettings } from '../settings.ts';
import type { JournalSettings } from '../spool/journal.ts';
import type { Tell } from '../telemetry/happening.ts';
import { createDockerSource } from './docker.ts';
import { createForgetfulDockerState, createPersistedDockerState } from './docker-state.ts';
import { createEventsSource } from './events.ts';
import { findKubernetes, type KubernetesSearch } from './find-kubernetes.ts';
import type { KubernetesClient, KubernetesWriter } from './kubernetes-api.ts';
import { createKubernetesClient } from './kubernetes-client.ts';
import { createMemoryState } from './list-watch-state.ts';
import { createPersistedWatchState } from './persisted-watch-state.ts';
import { createPodsSource, type PodsScope } from './pods.ts';

export interface SourceParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** Where to look for Kubernetes when no kubeconfig is named. */
  readonly environment: KubernetesSearch['environment'];
  /** Where to look for Docker when no socket is named. */
  readonly defaultDockerSocket?: string;
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

/** Neither Kubernetes nor Docker was named or found. */
export class NothingToWatchError extends Error {
  override readonly name = 'NothingToWatchError';

  constructor() {
    super('there is nothing to watch: name a kubeconfig with --kubeconfig, or a Docker socket with --docker');
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
  const sources = [...kubernetes.sources, ...dockerSources(settings, parts)];
  if (sources.length === 0) throw new NothingToWatchError();
  return { ...kubernetes, sources };
}

async function kubernetesSources(
  { role, nodeName, kubernetes, serviceAccountDir, consistencyCheckSeconds }: WatchSettings,
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
  const pods = createPodsSource({ ...shared, state: state('pods', scope), scope });
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
      ? createForgetfulDockerState()
      : createPersistedDockerState({
          ...journal('docker'),
          scope: JSON.stringify({ socketPath }),
          aliveEveryMs: ALIVE_EVERY_MS,
        });
  return [createDockerSource({ socketPath, clock, random, tell, state })];
}
