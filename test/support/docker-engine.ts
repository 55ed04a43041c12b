// A real Docker Engine for tests: its own dockerd with its own folders and socket, and an image that needs no
// registry. Nothing of it is left when it is closed.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DOCKER = '/usr/bin/docker';
const DOCKERD = '/usr/sbin/dockerd';
const BUSYBOX = '/bin/busybox';

/** The image that every engine of this kind has: a static busybox and nothing else. */
export const BUSYBOX_IMAGE = 'podlapse-test:1';

/**
 * What this machine lacks to start an engine, as a sentence for a skipped test; undefined if nothing. On CI, where
 * it has been installed, a lack is a fault.
 *
 * @throws Error on CI
 */
export function missingForDocker(onCi = process.env['CI'] !== undefined): string | undefined {
  const lacking = [DOCKERD, DOCKER, BUSYBOX].filter((path) => !isExecutable(path));
  const problem =
    lacking.length > 0
      ? `${lacking.join(' and ')} not found: apt-get install docker.io busybox-static`
      : process.getuid?.() === 0
        ? undefined
        : 'dockerd needs root';
  if (problem !== undefined && onCi)
    throw new Error(`the tests with a real Docker Engine cannot run: ${problem}`);
  return problem;
}

/** A container as a kubelet with dockershim or cri-dockerd would make it. */
export interface KubeletContainer {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** `POD` makes the sandbox. */
  readonly container: string;
  readonly attempt: number;
  /** The pod's sandbox; needed for all but the sandbox itself. */
  readonly sandboxId?: string;
  /** What to run; default: sleep until SIGTERM. */
  readonly command?: readonly string[];
  readonly flags?: readonly string[];
}

export interface DockerEngine {
  readonly socketPath: string;
  /** Runs the docker CLI against this engine and gives what it printed. */
  docker(...args: readonly string[]): Promise<string>;
  /** Creates and starts a container with the kubelet's name and labels; gives its ID. */
  runAsKubelet(container: KubeletContainer): Promise<string>;
  /** Ends the daemon, with its containers, and starts it again on the same data. */
  restart(): Promise<void>;
  /** Ends the daemon, with its containers. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends everything and removes its files. */
  close(): Promise<void>;
}

/** Starts an engine and imports the image. It takes about a second. */
export async function startDockerEngine(): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-docker-'));
  const socketPath = join(folder, 'docker.sock');
  let daemon: ChildProcess | undefined;

  const docker = async (...args: readonly string[]) => {
    const { stdout } = await run(DOCKER, ['-H', `unix://${socketPath}`, ...args], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout.trim();
  };
  const start = async () => {
    daemon = spawnDaemon(folder, socketPath);
    await answering(socketPath, daemon, folder);
  };
  const stop = async () => {
    const running = daemon;
    daemon = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    // dockerd ends its containers and its own containerd.
    running.kill('SIGTERM');
    const ended = await Promise.race([once(running, 'exit'), sleep(20_000, 'late' as const)]);
    if (ended === 'late') {
      running.kill('SIGKILL');
      await once(running, 'exit');
      await endLeftContainerd(folder);
    }
  };
  const close = async () => {
    await stop();
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  try {
    await start();
    await importImage(folder, docker);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    socketPath,
    docker,
    runAsKubelet: (container) => docker(...kubeletRun(container)),
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
    close,
  };
}

function kubeletRun({ pod, container, attempt, sandboxId, command, flags = [] }: KubeletContainer): string[] {
  const isSandbox = container === 'POD';
  const labels = {
    'io.kubernetes.pod.name': pod.name,
    'io.kubernetes.pod.namespace': pod.namespace,
    'io.kubernetes.pod.uid': pod.uid,
    'io.kubernetes.container.name': container,
    'io.kubernetes.docker.type': isSandbox ? 'podsandbox' : 'container',
    ...(isSandbox ? {} : { 'annotation.io.kubernetes.container.restartCount': String(attempt) }),
    ...(sandboxId === undefined ? {} : { 'io.kubernetes.sandbox.id': sandboxId }),
  };
  return [
    'run',
    '--detach',
    '--network=host',
    `--name=k8s_${container}_${pod.name}_${pod.namespace}_${pod.uid}_${attempt}`,
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    ...flags,
    BUSYBOX_IMAGE,
    ...(command ?? ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']),
  ];
}

function spawnDaemon(folder: string, socketPath: string): ChildProcess {
  const log = createWriteStream(join(folder, 'dockerd.log'), { flags: 'a' });
  const daemon = spawn(
    DOCKERD,
    [
      '--iptables=false',
      '--bridge=none',
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'dockerd.pid')}`,
      `--host=unix://${socketPath}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  daemon.stdout.pipe(log, { end: false });
  daemon.stderr.pipe(log, { end: false });
  return daemon;
}

async function answering(socketPath: string, daemon: ChildProcess, folder: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await answers(socketPath))) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      const log = await readFile(join(folder, 'dockerd.log'), 'utf8');
      throw new Error(`dockerd did not come up:\n${log.split('\n').slice(-20).join('\n')}`);
    }
    await sleep(50);
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    get({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

async function importImage(folder: string, docker: DockerEngine['docker']): Promise<void> {
  const root = join(folder, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile(BUSYBOX, join(root, 'bin', 'busybox'));
  for (const applet of ['sh', 'sleep', 'true', 'false', 'tail']) {
    await run('ln', ['-s', 'busybox', join(root, 'bin', applet)]);
  }
  const tar = join(folder, 'root.tar');
  await run('tar', ['-C', root, '-cf', tar, '.']);
  await docker('import', '--change', 'ENV PATH=/bin', tar, BUSYBOX_IMAGE);
}

/** A daemon that had to be killed leaves its containerd: its pid stands in the exec root. */
async function endLeftContainerd(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, 'exec', 'containerd', 'containerd.pid'), 'utf8'));
  if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL');
}

/** dockerd leaves the mount of its network namespaces, which would keep the folder from being removed. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const below = mounts
    .split('\n')
    .flatMap((line) => line.split(' ').slice(1, 2))
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of below.reverse()) await run('umount', [path]);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
