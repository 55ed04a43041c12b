import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { KubernetesCredentialsError } from './kubernetes-api.ts';
import type { KubernetesCredentials } from './kubernetes-credentials.ts';

/** Where the kubelet puts a pod's service account token, and the authority of the API server's certificate. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface InClusterSettings {
  /** `KUBERNETES_SERVICE_HOST` */
  readonly host: string;
  /** `KUBERNETES_SERVICE_PORT` */
  readonly port: string;
  /** Another folder than the kubelet's. */
  readonly folder?: string;
}

/**
 * The credentials of the pod that we run in. The Kubernetes library is not needed for these, and not loaded: it would
 * cost a node agent more memory than all else that it does.
 *
 * The kubelet renews the token before it expires (after an hour by default) in the same file, so it is read for each
 * request: one in four minutes.
 */
export function inClusterCredentials(settings: InClusterSettings): KubernetesCredentials {
  const { host, port, folder = SERVICE_ACCOUNT_FOLDER } = settings;
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    requestOptions: async () => {
      try {
        const [token, ca] = await Promise.all([
          readFile(join(folder, 'token'), 'utf8'),
          readFile(join(folder, 'ca.crt')),
        ]);
        return { ca, headers: { authorization: `Bearer ${token.trim()}` } };
      } catch (cause) {
        throw new KubernetesCredentialsError(
          `the service account token in ${folder} cannot be read: set automountServiceAccountToken, or give --kubeconfig`,
          { cause },
        );
      }
    },
    forget: () => {},
  };
}
