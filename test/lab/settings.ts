/** Where the lab lives and what it is made of. The only file of the lab that reads the environment. */
import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The version of Kubernetes that `kubernetes/go.mod` names. */
export const kubernetesVersion = '1.37.2';

/** The version of cri-dockerd that `cri-dockerd/go.mod` names. */
export const criDockerdVersion = '0.3.17';

/** The version of containerd that `containerd/go.mod` names, for a lab without Docker. */
export const containerdVersion = '2.4.2';

/** What the kubelet has its containers run by: Docker Engine through cri-dockerd, or containerd's own CRI plug-in. */
export type LabRuntime = 'docker' | 'containerd';

/** The only node. */
export const nodeName = 'lab-node';

/** How the lab is put up and taken down again, as error messages tell it. */
export const upCommand = 'npm run lab -- up';
export const downCommand = 'npm run lab -- down';

/** Images made by the lab. `probe-me:2` is the same program under another image ID. */
export const images = {
  pause: 'podlapse/pause:1',
  app: 'podlapse/probe-me:1',
  otherApp: 'podlapse/probe-me:2',
} as const;

/** What may be chosen when a lab is started; everything has a default. */
export interface LabOptions {
  /** The state folder; default `PODLAPSE_LAB_DIR`, or `podlapse-lab` in the folder for temporary files. */
  readonly folder?: string;
  /** Where built programs are kept; default `podlapse-lab` in `XDG_CACHE_HOME` or `~/.cache`. */
  readonly cache?: string;
  /** Told each step; default: nobody. */
  readonly report?: (line: string) => void;
  /** Feature gates set besides the version's own defaults, on every component. */
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Merged over the kubelet's configuration file, such as `{ crashLoopBackOff: { maxContainerRestartPeriod: '10s' } }`. */
  readonly kubelet?: Readonly<Record<string, unknown>>;
  /** Default: `docker`. */
  readonly runtime?: LabRuntime;
  /** Merged over dockerd's configuration file, such as `{ 'live-restore': true }`. */
  readonly dockerd?: Readonly<Record<string, unknown>>;
}

/** The state folder of the lab. */
export function labFolder(folder?: string): string {
  return resolve(folder ?? (process.env['PODLAPSE_LAB_DIR'] || join(tmpdir(), 'podlapse-lab')));
}

/** The control group below which those of a lab's containers are made; two labs on one machine have two. */
export function controlGroup(folder: string): string {
  return `podlapse-lab-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
}

/** The folder that keeps built programs from one lab to the next. */
export function cacheFolder(cache?: string): string {
  return resolve(cache ?? join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'podlapse-lab'));
}

/** The environment of the lab's programs: only what they need, so that a proxy or a kubeconfig of ours stays out. */
export function plainEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', HOME: homedir() };
}

/** The environment of the Go compiler: the caller's, since it may name a proxy, a cache and a certificate. */
export function goEnvironment(): Record<string, string | undefined> {
  return { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
}
