import { ApiProblemError } from './client/errors.ts';
import * as reads from './client/reads.ts';
import { didYouMean, nearNames } from './command-line/near-names.ts';
import type { CommandContext } from './context.ts';
import { NothingFoundError } from './failure.ts';
import type { Scope } from './settings/scope.ts';
import { printable } from './terminal/text-width.ts';

const LOOKED_THROUGH = 1_000;
const NAMED = 12;

/** Names of the clusters that the token may read. */
export async function clusterNames({ client }: CommandContext): Promise<readonly string[]> {
  const { items } = await client.read(reads.clusters({ limit: LOOKED_THROUGH }));
  return items.map(({ name }) => name);
}

/**
 * The cluster that is meant. Where nothing says which, and there is only one, that one.
 * @throws NothingFoundError if it is not clear which
 */
export async function clusterOf(context: CommandContext, { cluster }: Scope): Promise<string> {
  if (cluster !== undefined) return cluster;
  const names = await clusterNames(context);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new NothingFoundError(
    names.length === 0
      ? 'Nothing is recorded yet: start an agent, see `npm run agent -- --help`.'
      : `Which cluster? There is no kube context to tell. Say --cluster NAME; there is ${listed(names)}.`,
  );
}

/** Says that there is no such cluster, if that is so: an empty list may mean it. @throws NothingFoundError */
export async function checkCluster(context: CommandContext, cluster: string, scope: Scope): Promise<void> {
  const names = await clusterNames(context);
  if (names.includes(cluster)) return;
  const why =
    scope.context === undefined ? '' : ` (so the kube context "${printable(scope.context)}" is taken for)`;
  const there = names.length === 0 ? 'Nothing is recorded yet.' : `There is ${listed(names)}.`;
  const remedy =
    scope.context === undefined
      ? didYouMean(cluster, names)
      : ' Say --cluster NAME, or name it for the context under "clusters" in ~/.config/podlapse/config.json.';
  throw new NothingFoundError(`No cluster "${printable(cluster)}"${why} is recorded. ${there}${remedy}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(printable).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

/** What was asked for by name. */
export interface Wanted {
  readonly cluster: string;
  readonly scope: Scope;
  /** Undefined for what is in no namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
}

type PodNames = { readonly namespace: string; readonly name: string };

/** Gives what `reading` gives; where it says that there is nothing, an error that names what there is instead. */
export async function orNearby<T>(context: CommandContext, wanted: Wanted, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ApiProblemError) || error.status !== 404) throw error;
    await checkCluster(context, wanted.cluster, wanted.scope);
    throw new NothingFoundError(
      `${printable(error.detail)}\n${await sayNearby(context, wanted, error.code)}`.trimEnd(),
    );
  }
}

async function sayNearby(
  context: CommandContext,
  { cluster, namespace, name }: Wanted,
  code: string,
): Promise<string> {
  const { items } = await context.client.read(reads.pods(cluster, { limit: LOOKED_THROUGH }));
  const names = items.map(({ pod }): PodNames => {
    if (code === 'node-not-found') return { namespace: '', name: pod.node ?? '' };
    if (code === 'workload-not-found')
      return { namespace: pod.namespace, name: `${pod.workload.kind}/${pod.workload.name}` };
    return { namespace: pod.namespace, name: pod.name };
  });
  const elsewhere = [...new Set(names.filter((one) => one.name === name).map((one) => one.namespace))];
  if (namespace !== undefined && elsewhere.length > 0)
    return `There is one in ${elsewhere.map((one) => `namespace ${printable(one)} (-n ${printable(one)})`).join(', ')}.`;
  const here = names.filter(
    (one) => namespace === undefined || code === 'node-not-found' || one.namespace === namespace,
  );
  const near = nearNames(
    name,
    here.map((one) => one.name),
  );
  if (near.length > 0) return `Did you mean ${near.map(printable).join(' or ')}?`;
  const farther = nearNames(
    name,
    names.map((one) => one.name),
  );
  const [nearest] = farther;
  const of = names.find((one) => one.name === nearest);
  if (of !== undefined) return `Did you mean ${printable(of.name)} in namespace ${printable(of.namespace)}?`;
  return '`podlapse pods -A` shows what is recorded.';
}
