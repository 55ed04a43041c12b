// A real containerd for tests: its own daemon with its own folders and socket, driven by `ctr` with the labels that the
// CRI plug-in writes for a kubelet. Its containers run a static busybox. Nothing of it is left when it is closed.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CONTAINERD = '/usr/bin/containerd';
const CTR = '/usr/bin/ctr';
const RUNC = '/usr/sbin/runc';
const BUSYBOX = '/bin/busybox';
const NAMESPACE = 'k8s.io';
const PATIENCE_MS = 20_000;

/**
 * What this machine lacks to start a containerd, as a sentence for a skipped test; undefined if nothing. On CI, where
 * it has been installed, a lack is a fault.
 *
 * @throws Error on CI
 */
export function missingForContainerd(onCi = process.env['CI'] !== undefined): string | undefined {
  const lacking = [CONTAINERD, CTR, RUNC, BUSYBOX].filter((path) => !isExecutable(path));
  const problem =
    lacking.length > 0
      ? `${lacking.join(' and ')} not found: apt-get install containerd runc busybox-static`
      : process.getuid?.() === 0
        ? undefined
        : 'containerd needs root';
  if (problem !== undefined && onCi)
    throw new Error(`the tests with a real containerd cannot run: ${problem}`);
  return problem;
}

export interface CriContainer {
  readonly id: string;
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Absent for the sandbox. */
  readonly container?: string;
  /** What to run; default: sleep until SIGTERM, then exit 0. */
  readonly command?: readonly string[];
  readonly flags?: readonly string[];
}

export interface Containerd {
  readonly socketPath: string;
  /** Runs `ctr` in the kubelet's namespace, and gives what it printed. */
  ctr(...args: readonly string[]): Promise<string>;
  /** Creates and starts a container with the labels of a pod's. */
  runAsKubelet(container: CriContainer): Promise<void>;
  /** Ends it with SIGKILL and removes it, as `crictl rm --force` does. */
  remove(id: string): Promise<void>;
  /** Ends the daemon; its containers go on running. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The daemon's process, to be halted. */
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts a containerd. It takes less than a second. */
export async function startContainerd(): Promise<Containerd> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-containerd-'));
  const socketPath = join(folder, 'containerd.sock');
  let daemon: ChildProcess | undefined;
  const address = ['--address', socketPath, '--namespace', NAMESPACE];
  const ctr = async (...args: readonly string[]) =>
    (await run(CTR, [...address, ...args], { timeout: PATIENCE_MS })).stdout.trim();
  const start = async () => {
    daemon = await startDaemon(folder, socketPath);
  };
  const stop = async () => {
    const running = daemon;
    daemon = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGCONT');
    running.kill('SIGTERM');
    const late = await Promise.race([ended.then(() => false), sleep(PATIENCE_MS, true)]);
    if (late) {
      running.kill('SIGKILL');
      await ended;
    }
  };
  const remove = async (id: string) => {
    // A task that has ended by itself cannot be killed, only deleted.
    await ctr('tasks', 'delete', '--force', id).catch(() => undefined);
    await ctr('containers', 'delete', id);
  };
  const close = async () => {
    if (daemon !== undefined) {
      const left = await ctr('containers', 'list', '--quiet');
      for (const id of left.split('\n').filter((line) => line !== '')) await remove(id);
    }
    await stop();
    await removeEmptyFolders();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await layFiles(folder, socketPath);
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    socketPath,
    ctr,
    async runAsKubelet({ id, pod, container, command, flags = [] }) {
      await ctr(
        'run',
        '--detach',
        '--null-io',
        '--runc-root',
        join(folder, 'runc'),
        '--net-host',
        ...labelsOf(pod, container),
        ...flags,
        '--rootfs',
        join(folder, 'rootfs'),
        id,
        ...(command ?? ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']),
      );
    },
    remove,
    stop,
    start,
    get pid() {
      return daemon?.pid ?? 0;
    },
    close,
  };
}

/** As containerd's CRI plug-in labels a container and a sandbox. */
function labelsOf(pod: CriContainer['pod'], container: string | undefined): string[] {
  const labels = {
    'io.cri-containerd.kind': container === undefined ? 'sandbox' : 'container',
    'io.kubernetes.pod.name': pod.name,
    'io.kubernetes.pod.namespace': pod.namespace,
    'io.kubernetes.pod.uid': pod.uid,
    ...(container === undefined ? {} : { 'io.kubernetes.container.name': container }),
  };
  return Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
}

/** What shims and runc make outside, once nothing is in it any more: sockets, and control groups of version 1 or 2. */
async function removeEmptyFolders(): Promise<void> {
  const groups = await readdir('/sys/fs/cgroup');
  const made = [
    `/sys/fs/cgroup/${NAMESPACE}`,
    ...groups.map((controller) => `/sys/fs/cgroup/${controller}/${NAMESPACE}`),
    '/run/containerd/fifo',
    '/run/containerd/s',
    '/run/containerd',
  ];
  // One that is not there, or that others use, stays as it is.
  for (const path of made) await rmdir(path).catch(() => undefined);
}

async function layFiles(folder: string, socketPath: string): Promise<void> {
  const bin = join(folder, 'rootfs/bin');
  await mkdir(bin, { recursive: true });
  await copyFile(BUSYBOX, join(bin, 'busybox'));
  for (const applet of ['sh', 'sleep', 'tail']) await run('ln', ['-s', 'busybox', join(bin, applet)]);
  await writeFile(
    join(folder, 'config.toml'),
    [
      'version = 2',
      `root = ${JSON.stringify(join(folder, 'root'))}`,
      `state = ${JSON.stringify(join(folder, 'state'))}`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      '[grpc]',
      `  address = ${JSON.stringify(socketPath)}`,
      '[ttrpc]',
      `  address = ${JSON.stringify(`${socketPath}.ttrpc`)}`,
      '[plugins."io.containerd.internal.v1.opt"]',
      `  path = ${JSON.stringify(join(folder, 'opt'))}`,
      '',
    ].join('\n'),
  );
}

async function startDaemon(folder: string, socketPath: string): Promise<ChildProcess> {
  const logPath = join(folder, 'containerd.log');
  const log = createWriteStream(logPath, { flags: 'a' });
  const daemon = spawn(CONTAINERD, ['--config', join(folder, 'config.toml'), '--log-level', 'warn'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  daemon.stdout.pipe(log, { end: false });
  daemon.stderr.pipe(log, { end: false });
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await accepts(socketPath))) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      daemon.kill('SIGKILL');
      throw new Error(`containerd did not come up:\n${await readFile(logPath, 'utf8')}`);
    }
    await sleep(20);
  }
  return daemon;
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
