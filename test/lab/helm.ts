/** Helm, for the tests of the agent's chart: built once, as the lab's programs are, or the one that is installed. */
import { join } from 'node:path';
import { buildRecipe, isRecipeBuilt, type Recipe } from './build.ts';
import { attempt, type Finished } from './command.ts';
import { LabError } from './lab-error.ts';
import { cacheFolder, goEnvironment, kubernetesVersion } from './settings.ts';

const [major = '', minor = ''] = kubernetesVersion.split('.');
const capabilities = 'helm.sh/helm/v3/pkg/chartutil';

const recipe: Recipe = {
  module: 'helm',
  // Without these Helm takes every cluster for a Kubernetes 1.20 when it renders without one.
  ldflags: `-s -w -X ${capabilities}.k8sVersionMajor=${major} -X ${capabilities}.k8sVersionMinor=${minor}`,
  programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
};

/** Runs `helm`; without a cluster, and with nothing of a user's own settings. */
export type Helm = (args: readonly string[]) => Promise<Finished>;

/**
 * Finds Helm or builds it, which takes some minutes the first time; or says why there is none, for a skipped test.
 * @throws LabError on CI, where it must be there
 */
export async function findHelm(
  onCi = process.env['CI'] !== undefined,
): Promise<{ readonly helm: Helm; readonly missing?: never } | { readonly missing: string }> {
  try {
    const { helm: path } = await programs();
    return { helm: (args) => attempt(path, args) };
  } catch (error) {
    if (!(error instanceof LabError) || onCi) throw error;
    return { missing: error.message };
  }
}

async function programs(): Promise<{ readonly helm: string }> {
  const cache = cacheFolder();
  if (await isRecipeBuilt(cache, recipe)) return built(cache);
  const installed = await attempt('helm', ['version', '--short']);
  if (installed.code === 0) return { helm: 'helm' };
  const { code } = await attempt('go', ['env', 'GOVERSION'], {
    cwd: join(import.meta.dirname, recipe.module),
    env: goEnvironment(),
  });
  if (code !== 0) throw new LabError('there is no helm on the PATH, and no Go to build it with');
  return built(cache);
}

async function built(cache: string): Promise<{ readonly helm: string }> {
  const { helm = '' } = await buildRecipe(cache, recipe, () => undefined);
  return { helm };
}
