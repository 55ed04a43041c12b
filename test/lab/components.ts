/** The command line of every program of the lab, with the reason for each flag that is not self-evident. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { containerdArgs, containerdSocket } from './containerd.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { images, type LabOptions } from './settings.ts';
import type { ComponentName, LabState, Launch } from './state.ts';

/** What the command lines are made of. */
export interface Plan {
  readonly state: LabState;
  readonly programs: Readonly<Record<string, string>>;
  readonly certificates: Certificates;
  readonly options: LabOptions;
}

/** Writes every configuration file and returns how each program is started. */
export async function planComponents(plan: Plan): Promise<Record<ComponentName, Launch>> {
  const isDocker = plan.state.runtime === 'docker';
  const lowLevel = (await mayProtectFromOomKiller()) ? undefined : plan.programs['lab-runc'];
  const [apiServer, controllerManager, scheduler, criDockerd, kubelet, containerd, dockerd] = [
    kubeApiServer(plan),
    await kubeControllerManager(plan),
    await kubeScheduler(plan),
    criDockerdArgs(plan),
    await kubeletArgs(plan),
    await containerdArgs(plan, lowLevel),
    await dockerdArgs(plan, lowLevel),
  ];
  const launch = (name: string, args: readonly string[]): Launch => ({
    command: plan.programs[name] ?? name,
    args,
    log: join(plan.state.logs, `${name}.log`),
  });
  return {
    // dockerd would use a containerd of the machine's if it found one; ours ends with the lab.
    containerd: launch(isDocker ? 'containerd' : 'cri-containerd', containerd),
    dockerd: launch('dockerd', dockerd),
    etcd: launch('etcd', etcd(plan)),
    'kube-apiserver': launch('kube-apiserver', apiServer),
    'kube-controller-manager': launch('kube-controller-manager', controllerManager),
    'kube-scheduler': launch('kube-scheduler', scheduler),
    'cri-dockerd': launch('cri-dockerd', criDockerd),
    kubelet: launch('kubelet', kubelet),
  };
}

/** The socket of cri-dockerd, where the kubelet of a lab with Docker speaks CRI. */
export const criSocket = (folder: string): string => join(folder, 'cri-dockerd.sock');

async function dockerdArgs({ state, options }: Plan, runc: string | undefined): Promise<string[]> {
  const config = join(state.folder, 'dockerd.json');
  const settings = {
    hosts: [`unix://${state.dockerSocket}`],
    containerd: containerdSocket(state.folder),
    'data-root': join(state.folder, 'docker'),
    'exec-root': join(state.folder, 'docker-exec'),
    pidfile: join(state.folder, 'dockerd.pid'),
    // Otherwise a key is written below /etc/docker.
    'deprecated-key-path': join(state.folder, 'docker-key.json'),
    // Containers use the host's network: nothing may touch its interfaces, routes or filters.
    bridge: 'none',
    iptables: false,
    'ip-forward': false,
    'ip-masq': false,
    // The driver that the kubelet is set to; the two must be the same.
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': `/${state.controlGroup}/docker`,
    // cri-dockerd links the kubelet's log files to Docker's, which only this driver writes.
    'log-driver': 'json-file',
    ...(runc === undefined
      ? {}
      : { runtimes: { 'lab-runc': { path: runc } }, 'default-runtime': 'lab-runc' }),
    ...options.dockerd,
  };
  await writeFile(config, JSON.stringify(settings, null, 2));
  return ['--config-file', config];
}

function etcd({ state }: Plan): string[] {
  const client = `http://127.0.0.1:${state.ports.etcdClient}`;
  const peer = `http://127.0.0.1:${state.ports.etcdPeer}`;
  return [
    '--name=lab',
    `--data-dir=${join(state.folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=lab=${peer}`,
    // The lab's data is thrown away: waiting for the disk would only slow it down.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function kubeApiServer(plan: Plan): string[] {
  const { state, certificates } = plan;
  const key = (name: string) => join(certificates.folder, name);
  return [
    `--etcd-servers=http://127.0.0.1:${state.ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // It would publish itself as an EndpointSlice, which may not hold a loopback address.
    '--endpoint-reconciler-type=none',
    `--secure-port=${state.ports.apiServer}`,
    `--tls-cert-file=${key('kube-apiserver.crt')}`,
    `--tls-private-key-file=${key('kube-apiserver.key')}`,
    `--client-ca-file=${certificates.authority}`,
    `--kubelet-client-certificate=${key('kubelet-client.crt')}`,
    `--kubelet-client-key=${key('kubelet-client.key')}`,
    `--kubelet-certificate-authority=${certificates.authority}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    // Otherwise it waits a minute for open watches before it ends, as on a restart by a scenario.
    '--shutdown-send-retry-after=true',
    // The test pods may be privileged: some scenarios need the node.
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--service-account-issuer=https://127.0.0.1:${state.ports.apiServer}`,
    `--service-account-key-file=${certificates.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${certificates.serviceAccountKey}`,
    ...gates(plan),
  ];
}

async function kubeControllerManager(plan: Plan): Promise<string[]> {
  const { state, certificates } = plan;
  const kubeconfig = await owned(plan, 'kube-controller-manager');
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    // There is no aggregated API server whose clients it would have to know.
    '--authentication-skip-lookup=true',
    '--bind-address=127.0.0.1',
    `--secure-port=${state.ports.controllerManager}`,
    ...serving(certificates, 'kube-controller-manager'),
    `--root-ca-file=${certificates.authority}`,
    `--service-account-private-key-file=${certificates.serviceAccountKey}`,
    '--use-service-account-credentials=true',
    // Otherwise it makes this folder in /usr/libexec.
    `--flex-volume-plugin-dir=${join(state.folder, 'volume-plugins')}`,
    // The only one of its kind: waiting for a lease would cost seconds at every start.
    '--leader-elect=false',
    ...gates(plan),
  ];
}

async function kubeScheduler(plan: Plan): Promise<string[]> {
  const kubeconfig = await owned(plan, 'kube-scheduler');
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    // There is no aggregated API server whose clients it would have to know.
    '--authentication-skip-lookup=true',
    '--bind-address=127.0.0.1',
    `--secure-port=${plan.state.ports.scheduler}`,
    ...serving(plan.certificates, 'kube-scheduler'),
    '--leader-elect=false',
    ...gates(plan),
  ];
}

function criDockerdArgs({ state }: Plan): string[] {
  return [
    `--container-runtime-endpoint=unix://${criSocket(state.folder)}`,
    `--docker-endpoint=unix://${state.dockerSocket}`,
    `--cri-dockerd-root-directory=${join(state.folder, 'cri-dockerd')}`,
    `--pod-infra-container-image=${images.pause}`,
    // No plugin: pods use the host's network, so nothing has to be set up.
    '--network-plugin=',
    '--streaming-bind-addr=127.0.0.1:0',
    // Never read, but probed for: keep it away from what the machine may have.
    `--cni-conf-dir=${join(state.folder, 'cni/conf')}`,
    `--cni-bin-dir=${join(state.folder, 'cni/bin')}`,
    `--cni-cache-dir=${join(state.folder, 'cni/cache')}`,
  ];
}

async function kubeletArgs(plan: Plan): Promise<string[]> {
  const { state, certificates, options } = plan;
  await mkdir(state.staticPods, { recursive: true });
  const file = join(state.folder, 'kubelet.json');
  const config = {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    address: '127.0.0.1',
    port: state.ports.kubelet,
    readOnlyPort: 0,
    healthzBindAddress: '127.0.0.1',
    healthzPort: state.ports.kubeletHealth,
    tlsCertFile: join(certificates.folder, 'kubelet.crt'),
    tlsPrivateKeyFile: join(certificates.folder, 'kubelet.key'),
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: certificates.authority },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${state.runtime === 'docker' ? criSocket(state.folder) : state.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    // All control groups of pods are made below one that the lab owns and `down` removes.
    cgroupRoot: `/${state.controlGroup}`,
    // 1.35 and newer refuse to start on cgroup v1 unless told otherwise; on v2 this changes nothing.
    failCgroupV1: false,
    // The machine may have swap; its presence must not keep the kubelet from starting.
    failSwapOn: false,
    staticPodPath: state.staticPods,
    podLogsDir: state.podLogs,
    volumePluginDir: join(state.folder, 'volume-plugins'),
    // Pods of a lab must be evicted by a scenario only, never since the machine's disk is nearly full.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
      'pid.available': '0%',
    },
    // There is no registry: an image that is collected could not come back. 100 switches the collection off.
    imageGCHighThresholdPercent: 100,
    // No Service and no DNS in this cluster, and the host's filters are not ours.
    makeIPTablesUtilChains: false,
    featureGates: featureGates(options),
    ...options.kubelet,
  };
  await writeFile(file, JSON.stringify(config, null, 2));
  return [
    `--config=${file}`,
    `--kubeconfig=${await owned(plan, 'kubelet')}`,
    `--root-dir=${join(state.folder, 'kubelet')}`,
    `--cert-dir=${join(state.folder, 'kubelet/pki')}`,
    `--hostname-override=${state.nodeName}`,
    // The kubelet refuses a loopback address as its own, unless a cloud provider gives it: `up` plays that provider.
    '--cloud-provider=external',
  ];
}

/** Whether a process here may have the OOM score that Kubernetes gives every sandbox: it takes CAP_SYS_RESOURCE. */
async function mayProtectFromOomKiller(): Promise<boolean> {
  const score = '/proc/self/oom_score_adj';
  const before = await readFile(score, 'utf8');
  try {
    await writeFile(score, '-998');
    await writeFile(score, before);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

const serving = (certificates: Certificates, name: string): string[] => [
  `--tls-cert-file=${join(certificates.folder, `${name}.crt`)}`,
  `--tls-private-key-file=${join(certificates.folder, `${name}.key`)}`,
];

const owned = ({ state, certificates }: Plan, owner: string): Promise<string> =>
  writeKubeconfig(join(state.folder, `${owner}.kubeconfig`), state.apiServer, certificates, owner);

function gates({ options }: Plan): string[] {
  const entries = Object.entries(featureGates(options));
  return [`--feature-gates=${entries.map(([name, on]) => `${name}=${on}`).join(',')}`];
}

/** What the scenarios need (sidecars, in-place resize, restart rules, restart-all) is on by default in this version. */
function featureGates(options: LabOptions): Record<string, boolean> {
  return {
    // `kubectl exec` over WebSockets as far as the kubelet fails with cri-dockerd, whose stream address names no
    // scheme: "server gave HTTP response to HTTPS client". Without it the API server translates, as before 1.37.
    ExtendWebSocketsToKubelet: false,
    ...options.featureGates,
  };
}
