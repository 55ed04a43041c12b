import { compareTimes } from '../../timeline/time.ts';
import { cursor as cursors } from '../store/cursor.ts';
import { InvalidCursorError } from '../store/errors.ts';
import type { PodSummary, Store } from '../store/store.ts';

/**
 * The store lists a cluster's pods by name, not by node. So many of its pages are sifted for one answer; in a cluster
 * with more pods than they hold, the pods of the next pages come with the next cursor.
 */
const PAGES_SIFTED = 10;
const SIFTED_AT_ONCE = 1_000;

export interface NodePodsQuery {
  readonly cluster: string;
  readonly node: string;
  readonly since: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Pods of a node, living and gone, newest first. */
export async function listNodePods(
  store: Store,
  { cluster, node, since, limit, cursor }: NodePodsQuery,
): Promise<{ readonly pods: readonly PodSummary[]; readonly cursor?: string }> {
  const list = JSON.stringify(['node', cluster, node, since ?? null]);
  const start = cursor === undefined ? START : readPosition(cursors.decode(list, cursor));
  const part = await sift(store, cluster, { node, since }, start.part);
  const pods = part.pods.sort(compareNewestFirst);
  const from =
    start.after === undefined
      ? 0
      : pods.findIndex((pod) => comparePositions(positionOf(pod), start.after) > 0);
  const page = from < 0 ? [] : pods.slice(from, from + limit);
  const last = page.at(-1);
  if (last !== undefined && from + page.length < pods.length)
    return { pods: page, cursor: cursors.encode(list, [start.part ?? '', ...positionOf(last)]) };
  if (part.next === undefined) return { pods: page };
  return { pods: page, cursor: cursors.encode(list, [part.next]) };
}

interface Start {
  /** The store's cursor of the pages to sift. */
  readonly part: string | undefined;
  /** The pod after which to go on among theirs. */
  readonly after: readonly string[] | undefined;
}

const START: Start = { part: undefined, after: undefined };

function readPosition([part, ...after]: readonly string[]): Start {
  if (part === undefined || (after.length !== 0 && after.length !== 2)) throw new InvalidCursorError();
  return { part: part === '' ? undefined : part, after: after.length === 0 ? undefined : after };
}

async function sift(
  store: Store,
  cluster: string,
  query: { readonly node: string; readonly since: string | undefined },
  from: string | undefined,
): Promise<{ readonly pods: PodSummary[]; readonly next: string | undefined }> {
  const pods: PodSummary[] = [];
  let next = from;
  for (let pages = 0; pages < PAGES_SIFTED; pages += 1) {
    const page = await store.pods(cluster, query, SIFTED_AT_ONCE, next);
    pods.push(...page.items);
    next = page.cursor;
    if (next === undefined) break;
  }
  return { pods, next };
}

/** The birth of a pod never changes, other than when it was last heard of: so no page is shifted by what goes on. */
function positionOf({ pod }: PodSummary): readonly [string, string] {
  return [pod.createdAt ?? '', pod.uid];
}

function compareNewestFirst(a: PodSummary, b: PodSummary): number {
  return comparePositions(positionOf(a), positionOf(b));
}

function comparePositions([birth = '', uid = '']: readonly string[], other: readonly string[] | undefined) {
  const [otherBirth = '', otherUid = ''] = other ?? [];
  return compareTimes(otherBirth, birth) || (uid === otherUid ? 0 : uid < otherUid ? -1 : 1);
}
