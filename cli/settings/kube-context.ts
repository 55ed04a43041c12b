import { delimiter, join } from 'node:path';
import { UsageError } from '../command-line/spec.ts';
import type { Kubeconfig, KubeContext } from './kubeconfig.ts';
import { readPlainKubeconfig } from './plain-kubeconfig.ts';
import { readIfThere, type SettingsParts } from './settings.ts';

export interface ContextFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * The context that kubectl would use: of the files in KUBECONFIG the first that names a current context, or that has
 * a context of that name, counts (client-go, `ClientConfigLoadingRules`). Undefined if there is none.
 *
 * @throws UsageError if a kubeconfig cannot be read, or has no such context
 */
export async function findKubeContext(
  flags: ContextFlags,
  parts: SettingsParts,
): Promise<KubeContext | undefined> {
  const configs = await readKubeconfigs(flags, parts);
  const wanted =
    flags.context ?? configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  if (wanted === undefined) return undefined;
  const found = configs.flatMap(({ contexts }) => contexts).find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (flags.context === undefined) return { name: wanted, namespace: undefined };
  const names = configs.flatMap(({ contexts }) => contexts.map(({ name }) => name));
  throw new UsageError(
    `There is no kube context "${wanted}"${names.length === 0 ? '; no kubeconfig has any' : `; there are ${names.join(', ')}`}.`,
  );
}

/** All kubeconfigs that kubectl would read. @throws UsageError */
export async function readKubeconfigs(
  { kubeconfig }: ContextFlags,
  { env, homeDir }: SettingsParts,
): Promise<readonly Kubeconfig[]> {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const paths =
    kubeconfig !== undefined ? [kubeconfig] : listed.length > 0 ? listed : [join(homeDir, '.kube', 'config')];
  const configs: Kubeconfig[] = [];
  for (const path of paths) {
    const text = readIfThere(path);
    if (text !== undefined) configs.push(readPlainKubeconfig(text) ?? (await readYaml(path, text)));
    else if (kubeconfig !== undefined) throw new UsageError(`--kubeconfig: there is no file ${path}.`);
  }
  return configs;
}

/** A kubeconfig that is written in any way that YAML allows. The library takes a while to load. */
async function readYaml(path: string, text: string): Promise<Kubeconfig> {
  const { kubeconfigFromYaml } = await import('./yaml-kubeconfig.ts');
  try {
    return kubeconfigFromYaml(text);
  } catch (error) {
    // Only the first line: those below it show the text around the mistake, which can be a token.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw new UsageError(`${path} is no kubeconfig: ${reason}`);
  }
}
