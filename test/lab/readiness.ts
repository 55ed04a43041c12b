/** Whether a program of the lab does its work, not merely whether it runs. */
import { connect, type NetConnectOpts } from 'node:net';
import { criSocket } from './components.ts';
import { dockerAnswers } from './docker.ts';
import { tryKubectl } from './kubectl.ts';
import type { ComponentName, LabState } from './state.ts';

/** Asks the program in the way it offers. */
export async function isReady(state: LabState, name: ComponentName): Promise<boolean> {
  const port = (number: number) => accepts({ port: number, host: '127.0.0.1' });
  switch (name) {
    case 'containerd':
      return accepts({ path: state.containerdSocket });
    case 'dockerd':
      return dockerAnswers(state.dockerSocket);
    case 'etcd':
      return isHealthy(`http://127.0.0.1:${state.ports.etcdClient}/health`);
    case 'kube-apiserver':
      return (await tryKubectl(state, ['get', '--raw=/readyz', '--request-timeout=5s'])).code === 0;
    case 'kube-controller-manager':
      return port(state.ports.controllerManager);
    case 'kube-scheduler':
      return port(state.ports.scheduler);
    case 'cri-dockerd':
      return accepts({ path: criSocket(state.folder) });
    case 'kubelet':
      return isHealthy(`http://127.0.0.1:${state.ports.kubeletHealth}/healthz`);
    default:
      return name satisfies never;
  }
}

/** What the API server says of the lab's node. */
export interface NodeView {
  readonly ready: boolean;
  readonly taints: readonly string[];
  readonly addresses: readonly string[];
}

/** The node as the API server has it, or `null` while it is not registered. */
export async function viewNode(state: LabState): Promise<NodeView | null> {
  const found = await tryKubectl(state, ['get', 'node', state.nodeName, '-o=json', '--request-timeout=5s']);
  if (found.code !== 0) return null;
  const node = JSON.parse(found.stdout) as {
    spec: { taints?: { key: string }[] };
    status: { conditions?: { type: string; status: string }[]; addresses?: { address: string }[] };
  };
  return {
    ready: (node.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
    taints: (node.spec.taints ?? []).map(({ key }) => key),
    addresses: (node.status.addresses ?? []).map(({ address }) => address),
  };
}

function accepts(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    // Nobody listens yet, or no longer: the answer to the question is no.
    return false;
  }
}
