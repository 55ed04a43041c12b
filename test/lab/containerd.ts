/** The configuration of the lab's containerd: under dockerd as Debian has it, or of today with its own CRI plug-in. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { images } from './settings.ts';
import type { LabState } from './state.ts';

interface Plan {
  readonly state: LabState;
  readonly programs: Readonly<Record<string, string>>;
}

/** The socket of the lab's own containerd. */
export const containerdSocket = (folder: string): string => join(folder, 'containerd.sock');

/** Writes the configuration and returns the command line. @param runc another than the machine's */
export async function containerdArgs(plan: Plan, runc: string | undefined): Promise<string[]> {
  const { folder, runtime } = plan.state;
  const config = join(folder, 'containerd.toml');
  const lines = runtime === 'docker' ? underDocker(folder) : await withCri(plan, runc);
  await writeFile(config, `${lines.join('\n')}\n`);
  return ['--config', config, '--log-level', runtime === 'docker' ? 'warn' : 'info'];
}

const text = (value: string): string => JSON.stringify(value);

function common(folder: string): string[] {
  return [
    `root = ${text(join(folder, 'containerd/root'))}`,
    `state = ${text(join(folder, 'containerd/state'))}`,
    '[grpc]',
    `  address = ${text(containerdSocket(folder))}`,
    '[ttrpc]',
    `  address = ${text(`${containerdSocket(folder)}.ttrpc`)}`,
    "[plugins.'io.containerd.internal.v1.opt']",
    `  path = ${text(join(folder, 'containerd/opt'))}`,
  ];
}

/** Its own CRI plug-in is off: the kubelet speaks to Docker. */
function underDocker(folder: string): string[] {
  return ['version = 2', 'disabled_plugins = ["io.containerd.grpc.v1.cri"]', ...common(folder)];
}

async function withCri({ state: { folder }, programs }: Plan, runc: string | undefined): Promise<string[]> {
  const cni = join(folder, 'cni/conf');
  await mkdir(cni, { recursive: true });
  // Pods use the host's network, so that no plug-in is ever called; but without a network the node is not ready.
  await writeFile(
    join(cni, '10-lab.conflist'),
    JSON.stringify({ cniVersion: '1.0.0', name: 'lab', plugins: [{ type: 'loopback' }] }),
  );
  const cri = "plugins.'io.containerd.cri.v1.runtime'";
  return [
    'version = 3',
    // Node Resource Interface: it would make a socket in /run.
    'disabled_plugins = ["io.containerd.nri.v1.nri"]',
    ...common(folder),
    "[plugins.'io.containerd.grpc.v1.cri']",
    '  disable_tcp_service = true',
    "  stream_server_address = '127.0.0.1'",
    "  stream_server_port = '0'",
    "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
    `  sandbox = ${text(`docker.io/${images.pause}`)}`,
    `[${cri}.cni]`,
    `  bin_dirs = [${text(join(folder, 'cni/bin'))}]`,
    `  conf_dir = ${text(cni)}`,
    `[${cri}.containerd]`,
    "  default_runtime_name = 'runc'",
    `[${cri}.containerd.runtimes.runc]`,
    "  runtime_type = 'io.containerd.runc.v2'",
    // The machine's own may be of another version than this containerd.
    `  runtime_path = ${text(programs['containerd-shim-runc-v2'] ?? '')}`,
    `[${cri}.containerd.runtimes.runc.options]`,
    '  SystemdCgroup = false',
    `  Root = ${text(join(folder, 'runc'))}`,
    ...(runc === undefined ? [] : [`  BinaryName = ${text(runc)}`]),
  ];
}
