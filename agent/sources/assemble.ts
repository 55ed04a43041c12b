import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Source } from '../observation.ts';
import type { WatchSettings } from '../settings.ts';
import { createDockerSource } from './docker.ts';
import { createEventsSource } from './events.ts';
import { findKubernetes, type KubernetesSearch } from './find-kubernetes.ts';
import { createKubernetesClient } from './kubernetes-client.ts';
import { createMemoryState } from './list-watch-state.ts';
import { createPodsSource, type PodsScope } from './pods.ts';

export interface SourceParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Where to look for Kubernetes when no kubeconfig is named. */
  readonly environment: KubernetesSearch['environment'];
  /** Where to look for Docker when no socket is named. */
  readonly defaultDockerSocket?: string;
}

export interface AssembledSources {
  readonly sources: readonly Source[];
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
  return { sources, close: kubernetes.close };
}

async function kubernetesSources(
  { role, nodeName, kubernetes }: WatchSettings,
  { clock, random, log, environment }: SourceParts,
): Promise<AssembledSources> {
  const none = { sources: [], close: () => {} };
  if (kubernetes === 'off') return none;
  const credentials = await findKubernetes({ kubeconfigPath: kubernetes?.kubeconfigPath, environment });
  if (credentials === undefined) {
    log.info(
      {},
      'Kubernetes is off: there is no kubeconfig (--kubeconfig, KUBECONFIG, ~/.kube/config) and this is no pod',
    );
    return none;
  }
  const client = createKubernetesClient({ credentials });
  const shared = { client, clock, random, log };
  const pods = createPodsSource({ ...shared, state: createMemoryState(), scope: podsScope(role, nodeName) });
  const events = role === 'node' ? [] : [createEventsSource({ ...shared, state: createMemoryState() })];
  return { sources: [pods, ...events], close: () => client.close() };
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
  { clock, random, log, defaultDockerSocket = '/var/run/docker.sock' }: SourceParts,
): Source[] {
  if (docker === 'off' || role === 'cluster') return [];
  if (docker === undefined && !existsSync(defaultDockerSocket)) {
    log.info(
      {},
      `Docker is off: there is no ${defaultDockerSocket}; name its socket with --docker if it is elsewhere`,
    );
    return [];
  }
  return [createDockerSource({ socketPath: docker?.socketPath ?? defaultDockerSocket, clock, random, log })];
}
