/** Builds the programs of the lab once, and keeps them under a name made of what they were built from. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { LabError } from './lab-error.ts';
import {
  containerdVersion,
  criDockerdVersion,
  goEnvironment,
  kubernetesVersion,
  type LabRuntime,
} from './settings.ts';

/** One Go module of ours, and the programs that are built from it. */
export interface Recipe {
  readonly module: string;
  readonly ldflags: string;
  /** Absent for a program that every lab needs. */
  readonly runtime?: LabRuntime;
  /** Program name to package. */
  readonly programs: Readonly<Record<string, string>>;
}

const [major = '', minor = ''] = kubernetesVersion.split('.');
const version = 'k8s.io/component-base/version';

const recipes: readonly Recipe[] = [
  { module: 'pause', ldflags: '-s -w', programs: { pause: '.' } },
  { module: 'runtime', ldflags: '-s -w', programs: { 'lab-runc': '.' } },
  { module: 'testapp', ldflags: '-s -w', programs: { 'probe-me': '.' } },
  {
    module: 'cri-dockerd',
    runtime: 'docker',
    ldflags: `-s -w -X github.com/Mirantis/cri-dockerd/cmd/version.Version=${criDockerdVersion}`,
    programs: { 'cri-dockerd': 'github.com/Mirantis/cri-dockerd' },
  },
  {
    module: 'containerd',
    runtime: 'containerd',
    ldflags: `-s -w -X github.com/containerd/containerd/v2/version.Version=${containerdVersion}`,
    programs: {
      'cri-containerd': 'github.com/containerd/containerd/v2/cmd/containerd',
      'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
      ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
    },
  },
  {
    module: 'kubernetes',
    // Without these Kubernetes calls itself v0.0.0, and kubelet and API server refuse each other's version.
    ldflags: [
      `-s -w -X ${version}.gitVersion=v${kubernetesVersion} -X ${version}.gitMajor=${major}`,
      `-X ${version}.gitMinor=${minor} -X ${version}.gitTreeState=clean`,
    ].join(' '),
    programs: {
      etcd: 'go.etcd.io/etcd/server/v3',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
    },
  },
];

const recipesFor = (runtime: LabRuntime): readonly Recipe[] =>
  recipes.filter((recipe) => recipe.runtime === undefined || recipe.runtime === runtime);

/** Whether everything is in the cache that a lab with that runtime needs, so that Go is not needed. */
export async function isBuilt(cache: string, runtime: LabRuntime): Promise<boolean> {
  const missing = await Promise.all(recipesFor(runtime).map((recipe) => missingPrograms(cache, recipe)));
  return missing.every((names) => names.length === 0);
}

/** Builds what is not in the cache yet; returns the path of each program by its name. */
export async function buildPrograms(
  cache: string,
  runtime: LabRuntime,
  report: (line: string) => void,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const recipe of recipesFor(runtime)) Object.assign(paths, await buildRecipe(cache, recipe, report));
  return paths;
}

/** Builds the programs of one module, those that are not in the cache yet; returns the path of each by its name. */
export async function buildRecipe(
  cache: string,
  recipe: Recipe,
  report: (line: string) => void,
): Promise<Record<string, string>> {
  const folder = await binFolder(cache, recipe);
  const missing = await missingPrograms(cache, recipe);
  for (const name of missing) await build(recipe, name, folder, report);
  return Object.fromEntries(Object.keys(recipe.programs).map((name) => [name, join(folder, name)]));
}

/** Whether all programs of a module are in the cache. */
export async function isRecipeBuilt(cache: string, recipe: Recipe): Promise<boolean> {
  return (await missingPrograms(cache, recipe)).length === 0;
}

async function build(
  recipe: Recipe,
  name: string,
  folder: string,
  report: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  report(`building ${name} (the first time takes minutes) …`);
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${name}.${process.pid}`);
  try {
    // Two at a time: linking Kubernetes takes gigabytes, and the machine has other work.
    const args = ['build', '-p', '2', '-trimpath', '-ldflags', recipe.ldflags, '-o', unfinished];
    await run('go', [...args, recipe.programs[name] ?? '.'], {
      cwd: join(import.meta.dirname, recipe.module),
      env: goEnvironment(),
    });
    await rename(unfinished, join(folder, name));
  } catch (error) {
    throw new LabError(`${name} was not built: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(unfinished, { force: true });
  }
  report(`built ${name} in ${Math.round((performance.now() - started) / 1000)} s`);
}

async function missingPrograms(cache: string, recipe: Recipe): Promise<string[]> {
  const folder = await binFolder(cache, recipe);
  const found = await Promise.all(
    Object.keys(recipe.programs).map(async (name) => ({ name, there: await exists(join(folder, name)) })),
  );
  return found.filter(({ there }) => !there).map(({ name }) => name);
}

/** `CACHE/MODULE-HASH/bin`, where the hash covers the module's files and the way they are built. */
async function binFolder(cache: string, recipe: Recipe): Promise<string> {
  const source = join(import.meta.dirname, recipe.module);
  const hash = createHash('sha256').update(JSON.stringify([recipe, process.arch]));
  for (const name of (await readdir(source)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(source, name)));
  }
  return join(cache, `${recipe.module}-${hash.digest('hex').slice(0, 16)}`, 'bin');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
