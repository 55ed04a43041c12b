import { existsSync } from 'node:fs';

/** Where runtimes and distributions put the socket that the kubelet speaks to, the commonest first. */
export const CRI_SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
] as const;

/** The first of the sockets that is there; undefined if none is. */
export function findCriSocket(sockets: readonly string[] = CRI_SOCKETS): string | undefined {
  return sockets.find((path) => existsSync(path));
}
