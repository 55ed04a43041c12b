import { clusterOfContext } from '../../timeline/cluster-of-context.ts';
import { UsageError } from '../command-line/spec.ts';
import { type ContextFlags, findKubeContext } from './kube-context.ts';
import type { Settings, SettingsParts } from './settings.ts';

export interface ScopeFlags extends ContextFlags {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly 'all-namespaces'?: boolean | undefined;
}

/** Which cluster and namespace are meant, and why. */
export interface Scope {
  /** Undefined if nothing says which. */
  readonly cluster: string | undefined;
  /** The kube context that the cluster follows from; undefined if it was named. */
  readonly context: string | undefined;
  /** Undefined for all of them. */
  readonly namespace: string | undefined;
  /** True if `namespace` was named on the command line. */
  readonly isNamespaceNamed: boolean;
}

/**
 * The cluster and the namespace that are meant, as kubectl would have it: what the flags say, else what the current
 * context says. A cluster that is named alone has nothing to do with the context: then all namespaces are meant.
 *
 * @throws UsageError
 */
export async function readScope(flags: ScopeFlags, settings: Settings, parts: SettingsParts): Promise<Scope> {
  const { cluster: named = parts.env['PODLAPSE_CLUSTER'] || undefined, namespace } = flags;
  if (namespace !== undefined && flags['all-namespaces'] === true)
    throw new UsageError('--namespace and --all-namespaces do not go together.');
  const context = named === undefined ? await findKubeContext(flags, parts) : undefined;
  const ofContext = context === undefined ? undefined : (context.namespace ?? 'default');
  return {
    cluster:
      named ??
      (context === undefined
        ? undefined
        : (settings.clusters[context.name] ?? clusterOfContext(context.name))),
    context: context?.name,
    namespace: flags['all-namespaces'] === true ? undefined : (namespace ?? ofContext),
    isNamespaceNamed: namespace !== undefined,
  };
}
