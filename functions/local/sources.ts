import { access, constants, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { delimiter, join } from 'node:path';

/** What can be watched from this machine. */
export interface LocalSources {
  /** The current kube context's name; undefined if there is none. */
  readonly kubeContext: string | undefined;
  /** The path of a Docker socket that answers; undefined if there is none. */
  readonly dockerSocket: string | undefined;
  /** The path of the socket of containerd or CRI-O, if a kubelet has containers there and it is ours to use. */
  readonly criSocket: string | undefined;
}

export interface SourcesParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** How long a Docker socket may take to answer. */
  readonly timeoutMs: number;
  /** Where to look for containerd and CRI-O; default: `CRI_RUNTIMES`. */
  readonly criRuntimes?: readonly CriRuntime[];
}

interface CriRuntime {
  readonly socket: string;
  /** What is there only where a kubelet has had containers made. */
  readonly ofKubelet: string;
}

/** containerd has a folder for each namespace in which tasks run, and the kubelet's is `k8s.io`. */
const CRI_RUNTIMES: readonly CriRuntime[] = [
  ...['/run/containerd', '/run/k3s/containerd'].map((folder) => ({
    socket: `${folder}/containerd.sock`,
    ofKubelet: `${folder}/io.containerd.runtime.v2.task/k8s.io`,
  })),
  { socket: '/run/crio/crio.sock', ofKubelet: '/run/crio' },
];

/** Where the kubelet puts a pod's token. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Looks where kubectl, docker and a kubelet would look. */
export async function findSources(parts: SourcesParts): Promise<LocalSources> {
  const { env, homeDir, timeoutMs, criRuntimes = CRI_RUNTIMES } = parts;
  const socket = dockerSocketOf(env['DOCKER_HOST']);
  const [kubeContext, answers, criSocket] = await Promise.all([
    findKubeContext(env, homeDir),
    socket === undefined ? false : dockerAnswers(socket, timeoutMs),
    findCriSocket(criRuntimes),
  ]);
  return { kubeContext, dockerSocket: answers ? socket : undefined, criSocket };
}

async function findCriSocket(runtimes: readonly CriRuntime[]): Promise<string | undefined> {
  for (const { socket, ofKubelet } of runtimes) {
    if ((await isOurs(socket, constants.R_OK | constants.W_OK)) && (await isOurs(ofKubelet, constants.F_OK)))
      return socket;
  }
  return undefined;
}

async function isOurs(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    // Not there, or not ours: then it is none for us.
    return false;
  }
}

/**
 * The context that kubectl would use: of the files in KUBECONFIG the first that names one wins, without it the file in
 * the home folder; in a pod, its service account. Only the name is looked for; to read the rest is the agent's work.
 */
async function findKubeContext(env: SourcesParts['env'], homeDir: string): Promise<string | undefined> {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const paths = listed.length > 0 ? listed : [join(homeDir, '.kube', 'config')];
  for (const path of paths) {
    const context = currentContext(await readIfThere(path));
    if (context !== undefined) return context;
  }
  const inCluster =
    env['KUBERNETES_SERVICE_HOST'] !== undefined && (await readIfThere(SERVICE_ACCOUNT_TOKEN)) !== '';
  return inCluster ? 'in-cluster' : undefined;
}

function currentContext(kubeconfig: string): string | undefined {
  const value = /^["']?current-context["']?:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#]+))/m.exec(kubeconfig);
  const inJson = /"current-context"\s*:\s*"([^"\n]*)"/.exec(kubeconfig);
  const name = value?.slice(1).find((group) => group !== undefined) ?? inJson?.[1];
  return name === undefined || name === '' ? undefined : name;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not there, or not ours to read: then there is no context in it for us.
    return '';
  }
}

function dockerSocketOf(dockerHost: string | undefined): string | undefined {
  if (dockerHost === undefined || dockerHost === '') return '/var/run/docker.sock';
  return dockerHost.startsWith('unix://') ? dockerHost.slice('unix://'.length) : undefined;
}

/** `GET /_ping`: Docker Engine API, "Ping". */
function dockerAnswers(socketPath: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy(new Error('timeout')));
    ping.once('error', () => resolve(false));
    ping.end();
  });
}
