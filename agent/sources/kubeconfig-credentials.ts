import type { RequestOptions } from 'node:https';
// Only the configuration: the whole library takes twice as long to load.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { KubernetesCredentialsError } from './kubernetes-api.ts';
import type { KubernetesCredentials } from './kubernetes-credentials.ts';

/**
 * The credentials of the current context of one or more kubeconfig files (as `KUBECONFIG` lists them): token, client
 * certificate, basic authentication, exec plugin, OIDC, and proxy.
 *
 * @throws KubernetesCredentialsError when the files cannot be read or have no current context
 */
export function kubeconfigCredentials(paths: readonly string[]): KubernetesCredentials {
  const read = () => readKubeconfig(paths);
  let config: KubeConfig | undefined = read();
  const server = serverOf(config, paths);
  return {
    server,
    requestOptions: async () => {
      config ??= read();
      const options: RequestOptions = {};
      try {
        await config.applyToHTTPSOptions(options);
      } catch (cause) {
        throw new KubernetesCredentialsError(
          `the user of the current context in ${paths.join(', ')} cannot be used: ${messageOf(cause)}`,
          {
            cause,
          },
        );
      }
      // KubeConfig's own agent keeps no connection; it is needed only where it is a proxy's.
      if (config.getCurrentCluster()?.proxyUrl === undefined) delete options.agent;
      return options;
    },
    forget: () => {
      config = undefined;
    },
  };
}

function readKubeconfig(paths: readonly string[]): KubeConfig {
  try {
    const [first, ...others] = paths.map((path) => {
      const config = new KubeConfig();
      config.loadFromFile(path);
      return config;
    });
    if (first === undefined) throw new Error('no file is named');
    for (const other of others) first.mergeConfig(other, true);
    return withPlainHttp(first);
  } catch (cause) {
    throw new KubernetesCredentialsError(
      `kubeconfig ${paths.join(', ')} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** KubeConfig refuses `http:` unless TLS need not be verified, which says nothing where there is no TLS. */
function withPlainHttp(config: KubeConfig): KubeConfig {
  const plain = new KubeConfig();
  plain.loadFromOptions({
    clusters: config.clusters.map((cluster) =>
      cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
    ),
    // Without a user, KubeConfig leaves out the authority as well.
    users: [...config.users, { name: '' }],
    contexts: config.contexts.map((context) => ({ ...context, user: context.user ?? '' })),
    currentContext: config.currentContext,
  });
  return plain;
}

function serverOf(config: KubeConfig, paths: readonly string[]): string {
  const server = config.getCurrentCluster()?.server;
  if (server !== undefined && URL.canParse(server)) return server;
  throw new KubernetesCredentialsError(
    `kubeconfig ${paths.join(', ')} has no current context with a server: choose one with "kubectl config use-context"`,
  );
}

/** The first line: in those below it a YAML parser shows the text around the mistake, which can be a token. */
function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
}
