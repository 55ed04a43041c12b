import type { ClusterRegistration, RegistrationStore } from './registration-store.ts';

/** For how long something is kept, in days; null: for ever. */
export interface Retention {
  /** What was said of pods, word for word: the raw events. */
  readonly eventsDays: number | null;
  /** Restarts across clusters, and the pods' summaries. */
  readonly restartsDays: number | null;
  /** Counts of restarts. */
  readonly rollupsDays: number | null;
}

/** What is kept where nobody said otherwise: the raw events go, what came of them stays. */
export const DEFAULT_RETENTION: Retention = { eventsDays: 90, restartsDays: null, rollupsDays: null };

/** What all clusters have in common. */
export interface RetentionOverview {
  /** The fewest days for which any cluster's restarts are kept; null: all are kept for ever. */
  readonly shortestRestartsDays: number | null;
  /** The days after which no cluster is in reports any more; null: some are for ever. */
  readonly longestCountsDays: number | null;
  /** The days after which a cluster is in reports no more; null: never. */
  countsDaysOf(cluster: string): number | null;
}

export interface Retentions {
  of(cluster: string): Promise<Retention>;
  overview(): Promise<RetentionOverview>;
}

/** As long as registrations take to have an effect elsewhere. */
const MAX_AGE_MS = 60_000;
/** An overview matters to what is days ago. */
const MAX_OVERVIEW_AGE_MS = 10 * 60_000;
const PAGE_SIZE = 500;

/**
 * How long things are kept, by cluster: what a registration says, and for the rest the default.
 *
 * @param clock milliseconds since the epoch
 */
export function createRetentions(
  registrations: Pick<RegistrationStore, 'get' | 'list'>,
  byDefault: Retention,
  clock: () => number,
): Retentions {
  const known = new Map<string, { readonly readAtMs: number; readonly retention: Promise<Retention> }>();
  let overview: { readonly readAtMs: number; readonly value: Promise<RetentionOverview> } | undefined;
  return {
    of(cluster) {
      const nowMs = clock();
      const before = known.get(cluster);
      if (before !== undefined && nowMs - before.readAtMs < MAX_AGE_MS) return before.retention;
      const retention = registrations
        .get(cluster)
        .then((registration) => retentionOf(registration, byDefault));
      known.set(cluster, { readAtMs: nowMs, retention });
      // A failure is not remembered; whoever asked is told of it.
      retention.catch(() => known.delete(cluster));
      return retention;
    },
    overview() {
      const nowMs = clock();
      if (overview !== undefined && nowMs - overview.readAtMs < MAX_OVERVIEW_AGE_MS) return overview.value;
      const value = readOverview(registrations, byDefault);
      overview = { readAtMs: nowMs, value };
      value.catch(() => {
        overview = undefined;
      });
      return value;
    },
  };
}

function retentionOf(registration: ClusterRegistration | undefined, byDefault: Retention): Retention {
  const own = registration?.retention;
  return {
    eventsDays: own?.eventsDays ?? byDefault.eventsDays,
    restartsDays: own?.restartsDays ?? byDefault.restartsDays,
    rollupsDays: own?.rollupsDays ?? byDefault.rollupsDays,
  };
}

async function readOverview(
  registrations: Pick<RegistrationStore, 'list'>,
  byDefault: Retention,
): Promise<RetentionOverview> {
  const registered = new Map<string, Retention>();
  let cursor: string | undefined;
  do {
    const page = await registrations.list(PAGE_SIZE, cursor);
    for (const one of page.items) registered.set(one.cluster, retentionOf(one, byDefault));
    cursor = page.cursor;
  } while (cursor !== undefined);
  const all = [byDefault, ...registered.values()];
  const shortest = Math.min(...all.map(({ restartsDays }) => restartsDays ?? Infinity));
  const longest = Math.max(...all.map((retention) => countsDaysOf(retention) ?? Infinity));
  return {
    shortestRestartsDays: Number.isFinite(shortest) ? shortest : null,
    longestCountsDays: Number.isFinite(longest) ? longest : null,
    countsDaysOf: (cluster) => countsDaysOf(registered.get(cluster) ?? byDefault),
  };
}

/** For how long a cluster is in reports: as long as its restarts, or else their counts, are kept. */
function countsDaysOf({ restartsDays, rollupsDays }: Retention): number | null {
  return longer(restartsDays, rollupsDays);
}

/** For how long it is kept what a pod came to, and what is known of the watching: longer than what they explain. */
export function summariesDaysOf({ eventsDays, restartsDays }: Retention): number | null {
  return longer(eventsDays, restartsDays);
}

function longer(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}
