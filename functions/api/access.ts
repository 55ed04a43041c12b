import { Problem } from './problem.ts';

/** On whose behalf a request is made. */
export type Principal =
  /** Whoever sits at this machine: may do all. */
  | { readonly kind: 'local' }
  /** The agent of one cluster: writes its history, reads nothing. */
  | { readonly kind: 'agent'; readonly cluster: string }
  /** Reads all clusters or some, writes nothing. */
  | { readonly kind: 'reader'; readonly clusters: 'all' | ReadonlySet<string> }
  /** Registers clusters, makes and revokes tokens, and reads no history. `by` names the token in the log. */
  | { readonly kind: 'admin'; readonly by: string };

/**
 * Says on whose behalf a request is made. `cluster` is the one that the request writes to, if it does: its agents may
 * have tokens that only say something of this cluster. @throws Problem if on nobody's.
 */
export type Authorise = (request: Request, cluster?: string) => Principal | Promise<Principal>;

/** @throws Problem unless `principal` may add to the history of `cluster`. */
export function requireWriter(principal: Principal, cluster: string): void {
  switch (principal.kind) {
    case 'local':
      return;
    case 'agent':
      if (principal.cluster === cluster) return;
      throw new Problem('forbidden', `This token is for the agent of another cluster than "${cluster}".`);
    case 'reader':
      throw new Problem('forbidden', 'This token is for reading; an agent has a token of its own.');
    case 'admin':
      throw new Problem('forbidden', 'This token is for administration; an agent has a token of its own.');
  }
}

/** What `principal` may read. @throws Problem if nothing. */
export function requireReader(principal: Principal): 'all' | ReadonlySet<string> {
  switch (principal.kind) {
    case 'local':
      return 'all';
    case 'reader':
      return principal.clusters;
    case 'agent':
      throw new Problem(
        'forbidden',
        'This token is for an agent, which reads nothing; use a reader’s token.',
      );
    case 'admin':
      throw new Problem('forbidden', 'This token is for administration; use a reader’s token.');
  }
}

/**
 * @throws Problem unless `principal` may read `cluster`. For one that it may not, the answer is the same whether the
 * cluster exists or not, and as soon: nothing is looked up.
 */
export function requireReaderOf(principal: Principal, cluster: string): void {
  const clusters = requireReader(principal);
  if (clusters === 'all' || clusters.has(cluster)) return;
  throw new Problem('cluster-not-found', `There is no cluster "${cluster}" that this token may read.`);
}

/** Who administers, for the log. @throws Problem unless `principal` may. */
export function requireAdmin(principal: Principal): string {
  if (principal.kind === 'local') return 'this machine';
  if (principal.kind === 'admin') return principal.by;
  throw new Problem('forbidden', 'This token is not for administration.');
}
