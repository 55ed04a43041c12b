import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { findPatterns } from '../../timeline/patterns/find-patterns.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import type { Store } from '../store/store.ts';
import { Problem } from './problem.ts';

/** The timeline of a pod with its patterns, from all that is recorded. @throws Problem if nothing of that pod is. */
export async function loadTimeline(store: Store, cluster: string, uid: string): Promise<Timeline> {
  // Side by side: the summary is read sooner than the events, and names the node whose surroundings are needed.
  const [events, guess] = await Promise.all([
    store.podEvents(cluster, uid),
    guessSurroundings(store, cluster, uid),
  ]);
  if (events.length === 0) throw podNotFound(cluster, uid);
  const node = nodeOf(events);
  const around = guess.node === node ? guess.around : await store.surroundings(cluster, node);
  const timeline = reconstruct(cluster, uid, [...events, ...around]);
  if (timeline === undefined) throw podNotFound(cluster, uid);
  return { ...timeline, patterns: findPatterns(timeline) };
}

async function guessSurroundings(store: Store, cluster: string, uid: string) {
  const node = (await store.podSummary(cluster, uid))?.pod.node ?? null;
  return { node, around: await store.surroundings(cluster, node) };
}

export function podNotFound(cluster: string, uid: string): Problem {
  return new Problem(
    'pod-not-found',
    `Nothing is recorded of a pod with the UID "${uid}" in cluster "${cluster}".`,
  );
}

/** A pod's node, which never changes once it is set; null if no event knew it. */
function nodeOf(events: readonly RecordedEvent[]): string | null {
  for (const event of events) {
    if (event.source === 'agent') continue;
    const node = event.pod?.node ?? (event.source === 'pod' ? event.spec?.nodeName : undefined);
    if (node !== undefined) return node;
  }
  return null;
}
