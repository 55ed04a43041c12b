import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { NodeTimeline } from '../../timeline/contract/incident.ts';
import { tellNode } from '../../timeline/incidents/node-timeline.ts';
import { concurrently } from '../store/concurrently.ts';
import type { Store } from '../store/store.ts';
import { listNodePods, type NodePodsQuery } from './node-pods.ts';
import { Problem } from './problem.ts';
import { tellPod } from './tell-pod.ts';

/** Pods read at once: their events are in memory only as long. */
const CONCURRENCY = 12;
/** Of the incidents, and of the restarts: Lambda answers with 6 MB at most. */
const MAX_BYTES = 2 * 1024 * 1024;

export interface NodePage extends NodeTimeline {
  readonly since: string | null;
  readonly pods: number;
  readonly leftOut: { readonly incidents: number; readonly restarts: number };
}

/** The account of a node, from what is recorded of a page of its pods. @throws Problem if nothing of it is. */
export async function loadNode(
  store: Store,
  query: NodePodsQuery,
): Promise<{ readonly page: NodePage; readonly cursor: string | undefined }> {
  const { cluster, node, since } = query;
  const [surroundings, listed] = await Promise.all([
    store.surroundings(cluster, node),
    listNodePods(store, query),
  ]);
  if (
    listed.pods.length === 0 &&
    listed.cursor === undefined &&
    !surroundings.some(isOf(node)) &&
    query.cursor === undefined
  )
    throw nodeNotFound(cluster, node);
  const pods = await concurrently(listed.pods, CONCURRENCY, async (summary) => {
    const { uid } = summary.pod;
    const history = await store.podHistory(cluster, uid);
    const told = tellPod({ cluster, uid }, history, surroundings, summary);
    return { timeline: told?.timeline, evictions: history.events.filter(isEviction) };
  });
  const account = tellNode({
    cluster,
    node,
    timelines: pods.flatMap(({ timeline }) => timeline ?? []),
    events: [...surroundings, ...pods.flatMap(({ evictions }) => evictions)],
    since,
  });
  const incidents = newestThatFit(account.incidents);
  const restarts = newestThatFit(account.restarts);
  const page: NodePage = {
    ...account,
    incidents,
    restarts,
    since: since ?? null,
    pods: pods.length,
    leftOut: {
      incidents: account.incidents.length - incidents.length,
      restarts: account.restarts.length - restarts.length,
    },
  };
  return { page, cursor: listed.cursor };
}

function isEviction(event: RecordedEvent): boolean {
  return event.source === 'event' && event.reason === 'Evicted';
}

function isOf(node: string): (event: RecordedEvent) => boolean {
  return (event) => (event.source === 'agent' ? event.agent.node : 'node' in event && event.node) === node;
}

/** The last of the list whose JSON is not too long. */
function newestThatFit<T>(items: readonly T[]): T[] {
  let bytes = 0;
  let from = items.length;
  while (from > 0) {
    bytes += JSON.stringify(items[from - 1]).length;
    if (bytes > MAX_BYTES) break;
    from -= 1;
  }
  return items.slice(from);
}

function nodeNotFound(cluster: string, node: string): Problem {
  return new Problem(
    'node-not-found',
    `Nothing is recorded of a node "${node}" or of pods on it in cluster "${cluster}"; ?since= may leave out all of them.`,
  );
}
