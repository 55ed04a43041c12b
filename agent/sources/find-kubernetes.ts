import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inClusterCredentials, SERVICE_ACCOUNT_FOLDER } from './in-cluster-credentials.ts';
import type { KubernetesCredentials } from './kubernetes-credentials.ts';

/** Where to look. The variables are those that kubectl and the kubelet use. */
export interface KubernetesSearch {
  /** `--kubeconfig`: nothing else is looked at. */
  readonly kubeconfigPath?: string | undefined;
  readonly environment: {
    readonly KUBECONFIG?: string | undefined;
    readonly HOME?: string | undefined;
    readonly KUBERNETES_SERVICE_HOST?: string | undefined;
    readonly KUBERNETES_SERVICE_PORT?: string | undefined;
  };
  /** Another folder than the kubelet's. */
  readonly serviceAccountFolder?: string;
}

/**
 * Finds the cluster to watch, in kubectl's order: the file that was named, `KUBECONFIG`, `~/.kube/config`, and the
 * cluster that we run in. Undefined if there is none of these.
 *
 * @throws KubernetesCredentialsError when there is a kubeconfig that cannot be used
 */
export async function findKubernetes(search: KubernetesSearch): Promise<KubernetesCredentials | undefined> {
  const paths = kubeconfigPaths(search);
  if (paths.length > 0) {
    // The library is heavy, and an agent inside a cluster never needs it.
    const { kubeconfigCredentials } = await import('./kubeconfig-credentials.ts');
    return kubeconfigCredentials(paths);
  }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = search.environment;
  const folder = search.serviceAccountFolder ?? SERVICE_ACCOUNT_FOLDER;
  if (host && port && existsSync(join(folder, 'token'))) return inClusterCredentials({ host, port, folder });
  return undefined;
}

function kubeconfigPaths({ kubeconfigPath, environment }: KubernetesSearch): readonly string[] {
  if (kubeconfigPath !== undefined) return [kubeconfigPath];
  // kubectl passes over files of the list that do not exist.
  const listed = (environment.KUBECONFIG ?? '')
    .split(delimiter)
    .filter((path) => path !== '' && existsSync(path));
  if (listed.length > 0) return listed;
  const inHome = environment.HOME && join(environment.HOME, '.kube', 'config');
  return inHome && existsSync(inHome) ? [inHome] : [];
}
