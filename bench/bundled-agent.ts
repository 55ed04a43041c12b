// The agent as its image runs it: the bundle, with the flags of the image's entry point.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { until } from '../test/support/until.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READY_WITHIN_MS = 60_000;

export interface AgentBundle {
  readonly entry: string;
  readonly nodeFlags: readonly string[];
  remove(): Promise<void>;
}

export async function bundleAgent(): Promise<AgentBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-bundle-'));
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/bundle-agent.mjs'), folder]);
  return {
    entry: join(folder, 'agent.mjs'),
    nodeFlags: await imageFlags(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What stands between Node and the program in the image's entry point. */
async function imageFlags(): Promise<readonly string[]> {
  const dockerfile = await readFile(join(ROOT, 'agent/Dockerfile'), 'utf8');
  const [, words = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(words) as string[]).filter((word) => word.startsWith('--'));
}

export interface AgentRun {
  readonly process: ChildProcess;
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

/** An API server of Kubernetes on loopback, and what a pod has to reach it. */
export interface KubernetesOfPod {
  readonly port: number;
  readonly files: { readonly serviceAccountFolder: string };
}

/** Starts the agent with the credentials of a pod, a spool on disk and metrics, and waits until it is ready. */
export async function startBundledAgent(
  { entry, nodeFlags }: AgentBundle,
  kubernetes: KubernetesOfPod | undefined,
  api: URL,
  settings: readonly string[],
): Promise<AgentRun> {
  const spool = await mkdtemp(join(tmpdir(), 'podlapse-bench-spool-'));
  const port = await freePort();
  const inCluster =
    kubernetes === undefined
      ? { args: ['--kubernetes=off'], env: {} }
      : {
          args: [`--service-account-dir=${kubernetes.files.serviceAccountFolder}`],
          env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(kubernetes.port) },
        };
  const args = [
    ...nodeFlags,
    entry,
    '--cluster=bench',
    `--api=${api.href}`,
    `--spool-dir=${spool}`,
    `--metrics-port=${port}`,
    ...inCluster.args,
    ...settings,
  ];
  const agent = spawn(process.execPath, args, { env: inCluster.env, stdio: 'ignore' });
  const ended = once(agent, 'exit');
  await until(
    'the agent is ready',
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status === 200,
    READY_WITHIN_MS,
  );
  return {
    process: agent,
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    async stop() {
      agent.kill('SIGKILL');
      await ended;
      await rm(spool, { recursive: true, force: true });
    },
  };
}

/** What a process has resident, in KiB. */
export async function residentKb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** What a process has taken of the processor so far, user and system, in ticks of 10 ms (proc(5)). */
export async function cpuTicks({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, in brackets, can hold blanks; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
