/** What the machine must have for a lab to stand on it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBuilt } from './build.ts';
import { attempt } from './command.ts';
import { LabError } from './lab-error.ts';
import { goEnvironment, type LabRuntime } from './settings.ts';

const debian = (name: string) => `apt-get install -y ${name}`;

/** Throws a {@link LabError} that names everything that is missing, each in one sentence with its remedy. */
export async function checkPrerequisites(cache: string, runtime: LabRuntime): Promise<void> {
  const needed = programs.filter((program) => runtime === 'docker' || program.isDockers !== true);
  const missing = (
    await Promise.all([...needed.map(checkProgram), checkRoot(), checkGo(cache, runtime)])
  ).filter((sentence) => sentence !== null);
  missing.push(...(await checkControlGroups()));
  if (missing.length > 0) throw new LabError(missing.join('\n'));
}

interface Needed {
  readonly name: string;
  readonly args: readonly string[];
  readonly purpose: string;
  readonly remedy: string;
  /** Whether only a lab with Docker needs it. */
  readonly isDockers?: true;
}

const programs: readonly Needed[] = [
  {
    name: 'dockerd',
    args: ['--version'],
    purpose: 'the Docker Engine',
    remedy: debian('docker.io'),
    isDockers: true,
  },
  {
    name: 'containerd',
    args: ['--version'],
    purpose: 'that Docker needs',
    remedy: debian('containerd'),
    isDockers: true,
  },
  { name: 'runc', args: ['--version'], purpose: 'for containers', remedy: debian('runc') },
  { name: 'openssl', args: ['version'], purpose: 'for certificates', remedy: debian('openssl') },
  { name: 'tar', args: ['--version'], purpose: 'for images', remedy: debian('tar') },
  { name: 'mount', args: ['--version'], purpose: 'for volumes', remedy: debian('mount') },
];

async function checkProgram(program: Needed): Promise<string | null> {
  const { code } = await attempt(program.name, program.args);
  if (code === 0) return null;
  return `${program.name} (${program.purpose}) is missing: get it with \`${program.remedy}\`.`;
}

async function checkRoot(): Promise<string | null> {
  if (process.platform !== 'linux') return 'The lab needs Linux: run it in a virtual machine that has it.';
  if (process.getuid?.() === 0) return null;
  return 'The lab needs root, since kubelet and dockerd do: run it with `sudo`.';
}

/** Go is needed only while something is not built, in the version that the module asks for. */
async function checkGo(cache: string, runtime: LabRuntime): Promise<string | null> {
  if (await isBuilt(cache, runtime)) return null;
  const module = join(import.meta.dirname, 'kubernetes');
  // Asked inside the module, Go itself compares, and fetches the version if it is allowed to.
  const { code } = await attempt('go', ['env', 'GOVERSION'], { cwd: module, env: goEnvironment() });
  if (code === 0) return null;
  const wanted = /^go (\S+)/m.exec(await readFile(join(module, 'go.mod'), 'utf8'))?.[1] ?? '';
  const archive = `go${wanted}.linux-${process.arch === 'arm64' ? 'arm64' : 'amd64'}.tar.gz`;
  const remedy = `curl -fsSL https://go.dev/dl/${archive} | tar -xz -C /usr/local`;
  return `Go ${wanted} or newer is missing: get it with \`${remedy}\`, and put /usr/local/go/bin on the PATH.`;
}

/** The controllers without which a kubelet does not start, on either version of control groups. */
async function checkControlGroups(): Promise<string[]> {
  const [controllers, mounts] = await Promise.all([
    readFile('/proc/cgroups', 'utf8').catch(() => ''),
    readFile('/proc/self/mounts', 'utf8').catch(() => ''),
  ]);
  const unified = /^\S+ \/sys\/fs\/cgroup cgroup2 /m.test(mounts);
  return ['cpu', 'cpuset', 'memory', 'pids']
    .filter((name) =>
      unified
        ? !new RegExp(`^${name}\\t.*\\t1$`, 'm').test(controllers)
        : !new RegExp(`^\\S+ /sys/fs/cgroup/\\S*\\b${name}\\b\\S* cgroup `, 'm').test(mounts),
    )
    .map(
      (name) =>
        `The ${name} control group is missing: get it with \`mount -t cgroup -o ${name} ${name} /sys/fs/cgroup/${name}\`.`,
    );
}
