import { Problem } from './problem.ts';

/** On whose behalf a request is made. */
export type Principal =
  /** Whoever sits at this machine: may do all. */
  | { readonly kind: 'local' }
  /** The agent of one cluster: writes its history, reads nothing. */
  | { readonly kind: 'agent'; readonly cluster: string }
  /** Reads all clusters or some, writes nothing. */
  | { readonly kind: 'reader'; readonly clusters: 'all' | ReadonlySet<string> };

/** Says on whose behalf a request is made. @throws Problem if on nobody's. */
export type Authorise = (request: Request) => Principal | Promise<Principal>;

/** @throws Problem unless `principal` may add to the history of `cluster`. */
export function requireWriter(principal: Principal, cluster: string): void {
  if (principal.kind === 'local') return;
  if (principal.kind === 'agent' && principal.cluster === cluster) return;
  const detail =
    principal.kind === 'agent'
      ? `This token is for the agent of another cluster than "${cluster}".`
      : 'This token is for reading; an agent has a token of its own.';
  throw new Problem('forbidden', detail);
}

/** What `principal` may read. @throws Problem if nothing. */
export function requireReader(principal: Principal): 'all' | ReadonlySet<string> {
  if (principal.kind === 'local') return 'all';
  if (principal.kind === 'reader') return principal.clusters;
  throw new Problem('forbidden', 'This token is for an agent, which reads nothing; use a reader’s token.');
}

/**
 * @throws Problem unless `principal` may read `cluster`. For one that it may not, the answer is the same whether the
 * cluster exists or not.
 */
export function requireReaderOf(principal: Principal, cluster: string): void {
  const clusters = requireReader(principal);
  if (clusters === 'all' || clusters.has(cluster)) return;
  throw new Problem('cluster-not-found', `There is no cluster "${cluster}" that this token may read.`);
}
