import type { KnownObjects } from './known-objects.ts';
import { KubernetesApiError } from './kubernetes-api.ts';
import { type ListSettings, listPages } from './list-pages.ts';
import { tryReadMeta } from './watch-frame.ts';

/** What is known from watching is not what the API server had at that version: something was missed or misread. */
export class InconsistentWatchError extends Error {
  override readonly name = 'InconsistentWatchError';
}

/**
 * Compares what is known at a version with a list of exactly that version (`resourceVersionMatch=Exact`, Kubernetes
 * KEP-2340 and API concepts): the two must have the same objects in the same revisions. Nothing is compared where the
 * version was compacted, or where the server cannot answer now; the watch finds that out by itself.
 *
 * @throws InconsistentWatchError with how many objects differ, and how
 */
export async function checkConsistency(
  settings: ListSettings,
  resourceVersion: string,
  known: KnownObjects,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  let missed = 0;
  let stale = 0;
  try {
    for await (const { items } of listPages({ ...settings, atVersion: resourceVersion }, signal)) {
      for (const item of items) {
        const meta = tryReadMeta(item);
        if (meta === undefined) continue;
        seen.add(meta.uid);
        const object = known.get(meta.uid);
        if (object === undefined) missed += 1;
        else if (object.resourceVersion !== meta.resourceVersion) stale += 1;
      }
    }
  } catch (error) {
    if (error instanceof KubernetesApiError) return;
    throw error;
  }
  const gone = known
    .keys()
    .filter((uid) => !seen.has(uid))
    .toArray().length;
  if (missed + stale + gone === 0) return;
  throw new InconsistentWatchError(
    `at version ${resourceVersion}, ${missed} objects are not known, ${stale} are known in another revision, ${gone} are gone`,
  );
}
