/** Puts the lab up. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPrograms } from './build.ts';
import { makeCertificates } from './certificates.ts';
import { makeControlGroups } from './cgroups.ts';
import { planComponents } from './components.ts';
import { absentFolders } from './foreign-folders.ts';
import { makeContainerdImages, makeImages } from './images.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { kubectl, tryKubectl } from './kubectl.ts';
import { LabError } from './lab-error.ts';
import { componentReady, startComponent } from './lifecycle.ts';
import { freePorts } from './ports.ts';
import { checkPrerequisites } from './prerequisites.ts';
import { isRunning } from './processes.ts';
import { viewNode } from './readiness.ts';
import {
  cacheFolder,
  containerdVersion,
  controlGroup,
  criDockerdVersion,
  downCommand,
  images,
  kubernetesVersion,
  type LabOptions,
  labFolder,
  nodeName,
} from './settings.ts';
import { type ComponentName, componentsOf, type LabState, labState, saveState } from './state.ts';
import { containerdSocket } from './containerd.ts';
import { waitUntil } from './wait.ts';

/**
 * Puts the lab up and returns its state once the node is ready and pods can be made. A lab that is already up is
 * returned as it is. When it fails, what was started stays for its logs to be read: `labDown()` removes it.
 *
 * @example
 * const lab = await labUp({ report: console.log });
 * await kubectl(lab, ['get', 'nodes']);
 * await labDown();
 */
export async function labUp(options: LabOptions = {}): Promise<LabState> {
  const report = options.report ?? (() => undefined);
  const folder = labFolder(options.folder);
  const standing = await standingLab(folder);
  const { runtime = 'docker' } = options;
  if (standing !== null) {
    if (standing.runtime === runtime) return standing;
    throw new LabError(
      `The lab in ${folder} runs on ${standing.runtime}: name another folder in PODLAPSE_LAB_DIR.`,
    );
  }

  const cache = cacheFolder(options.cache);
  await checkPrerequisites(cache, runtime);
  const programs = await buildPrograms(cache, runtime, report);

  const lab = await prepare(folder, programs, options);
  const state = await startAll(lab, programs, report);
  await admitNode(state);
  const ready = { ...state, ready: true };
  await saveState(ready);
  return ready;
}

/** The lab that is already there, whole; throws when only a part of one is, or something else. */
async function standingLab(folder: string): Promise<LabState | null> {
  const state = await labState(folder);
  if (state === null) {
    const entries = await readdir(folder).catch(() => []);
    if (entries.length === 0) return null;
    throw new LabError(`${folder} is not empty and holds no lab: name another folder in PODLAPSE_LAB_DIR.`);
  }
  const running = await Promise.all(
    componentsOf(state.runtime).map(async (name) => {
      const identity = state.components[name]?.process;
      return identity !== null && identity !== undefined && (await isRunning(identity));
    }),
  );
  if (state.ready && running.every(Boolean)) return state;
  throw new LabError(`A lab in ${folder} is only partly up: remove it with \`${downCommand}\`.`);
}

/** Everything that is written before the first program starts. */
async function prepare(
  folder: string,
  programs: Readonly<Record<string, string>>,
  options: LabOptions,
): Promise<LabState> {
  const { runtime = 'docker' } = options;
  const ports = await freePorts();
  const initial: LabState = {
    folder,
    kubernetesVersion,
    runtime,
    criDockerdVersion,
    containerdVersion,
    nodeName,
    apiServer: `https://127.0.0.1:${ports.apiServer}`,
    kubeconfig: join(folder, 'kubeconfig'),
    kubectl: programs['kubectl'] ?? 'kubectl',
    dockerSocket: join(folder, 'docker.sock'),
    containerdSocket: containerdSocket(folder),
    ctr: programs['ctr'] ?? 'ctr',
    staticPods: join(folder, 'static-pods'),
    podLogs: join(folder, 'pod-logs'),
    logs: join(folder, 'logs'),
    controlGroup: controlGroup(folder),
    ports,
    images,
    foreignFolders: await absentFolders(),
    ready: false,
    components: {},
  };
  await saveState(initial);
  await mkdir(initial.logs, { recursive: true });
  await makeControlGroups(initial.controlGroup);
  const certificates = await makeCertificates(join(folder, 'certificates'), nodeName);
  await writeKubeconfig(initial.kubeconfig, initial.apiServer, certificates, 'admin');
  const launches = await planComponents({ state: initial, programs, certificates, options });
  const components = Object.fromEntries(
    componentsOf(runtime).map((name) => [name, { ...launches[name], process: null }]),
  );
  const state = { ...initial, components };
  await saveState(state);
  return state;
}

/** Starts the programs, each as soon as what it needs is there. */
async function startAll(
  lab: LabState,
  programs: Readonly<Record<string, string>>,
  report: (line: string) => void,
): Promise<LabState> {
  let state = lab;
  const start = async (...names: ComponentName[]) => {
    report(`starting ${names.join(', ')}`);
    for (const name of names) state = await startComponent(state, name);
  };
  const ready = (...names: ComponentName[]) => Promise.all(names.map((name) => componentReady(state, name)));

  await start('etcd', 'containerd');
  await ready('etcd', 'containerd');
  const content = { pause: programs['pause'] ?? '', probeMe: programs['probe-me'] ?? '' };
  if (state.runtime === 'docker') {
    await start('kube-apiserver', 'dockerd');
    await ready('dockerd');
    report('making images');
    await makeImages(state.dockerSocket, state.folder, content);
    await start('cri-dockerd');
    await ready('kube-apiserver', 'cri-dockerd');
  } else {
    await start('kube-apiserver');
    report('making images');
    await makeContainerdImages(state, content);
    await ready('kube-apiserver');
  }
  await start('kube-controller-manager', 'kube-scheduler', 'kubelet');
  await ready('kube-controller-manager', 'kube-scheduler', 'kubelet');
  return state;
}

/** Does a cloud provider's part, gives the node its address, and waits until pods can be made. */
async function admitNode(state: LabState): Promise<void> {
  const kubelet = state.components.kubelet;
  await waitUntil(async () => (await viewNode(state)) !== null, {
    what: 'Registration of the node',
    component: kubelet,
  });
  const addresses = [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'Hostname', address: state.nodeName },
  ];
  const patch = JSON.stringify({ status: { addresses } });
  await kubectl(state, [
    'patch',
    'node',
    state.nodeName,
    '--subresource=status',
    '--type=merge',
    '-p',
    patch,
  ]);
  await kubectl(state, ['taint', 'node', state.nodeName, 'node.cloudprovider.kubernetes.io/uninitialized-']);
  await waitUntil(
    async () => {
      const node = await viewNode(state);
      return node !== null && node.ready && node.taints.length === 0;
    },
    { what: 'Readiness of the node', component: kubelet },
  );
  await waitUntil(
    async () =>
      (await tryKubectl(state, ['get', 'serviceaccount', 'default', '--namespace=default'])).code === 0,
    { what: 'The default service account', component: state.components['kube-controller-manager'] },
  );
}
