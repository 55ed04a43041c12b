/** What the lab knows of itself, kept in one JSON file from `up` to `down`. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labFolder, type LabRuntime } from './settings.ts';

/** The programs of a lab, in the order in which they start; which of them it has is for its runtime to say. */
export const componentNames = [
  'containerd',
  'dockerd',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'cri-dockerd',
  'kubelet',
] as const;

export type ComponentName = (typeof componentNames)[number];

/** The programs of a lab with that runtime. */
export function componentsOf(runtime: LabRuntime): readonly ComponentName[] {
  return runtime === 'docker'
    ? componentNames
    : componentNames.filter((name) => name !== 'dockerd' && name !== 'cri-dockerd');
}

/** How a program is started, so that it can be started again the same way. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
}

/** One running process, named so that another one with a reused pid is never taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`: ticks from boot to the start of the process. */
  readonly startTicks: string;
  readonly bootId: string;
}

/** A program of the lab, and its process while it has one. */
export interface Component extends Launch {
  readonly process: ProcessIdentity | null;
}

/** The ports on loopback that this lab was given. */
export interface LabPorts {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kubelet: number;
  readonly kubeletHealth: number;
}

/** Everything a script needs to use the lab, and `down` to remove it. */
export interface LabState {
  readonly folder: string;
  readonly kubernetesVersion: string;
  readonly runtime: LabRuntime;
  readonly criDockerdVersion: string;
  readonly containerdVersion: string;
  readonly nodeName: string;
  readonly apiServer: string;
  readonly kubeconfig: string;
  readonly kubectl: string;
  /** Only in a lab whose runtime is Docker. */
  readonly dockerSocket: string;
  /** Of containerd, which in a lab without Docker speaks CRI there too. */
  readonly containerdSocket: string;
  /** containerd's own command line. */
  readonly ctr: string;
  readonly staticPods: string;
  readonly podLogs: string;
  readonly logs: string;
  readonly controlGroup: string;
  readonly ports: LabPorts;
  readonly images: { readonly pause: string; readonly app: string; readonly otherApp: string };
  /** Folders outside the state folder that were not there before `up`, which the lab's programs insist on. */
  readonly foreignFolders: readonly string[];
  readonly ready: boolean;
  readonly components: Partial<Record<ComponentName, Component>>;
}

/** The state of the lab in that folder (default: the default lab), or `null` when there is none. */
export async function labState(folder?: string): Promise<LabState | null> {
  try {
    return JSON.parse(await readFile(join(labFolder(folder), 'state.json'), 'utf8')) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes the state as one step, so that a reader never sees half of it. */
export async function saveState(state: LabState): Promise<void> {
  await mkdir(state.folder, { recursive: true });
  const path = join(state.folder, 'state.json');
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
