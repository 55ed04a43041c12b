import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { findPatterns } from '../../timeline/patterns/find-patterns.ts';
import { earliest, latest } from '../../timeline/time.ts';
import type { During, Store } from '../store/store.ts';
import { Problem } from './problem.ts';
import { tellPod } from './tell-pod.ts';

/** The timeline of a pod with its patterns, from all that is recorded. @throws Problem if nothing of that pod is. */
export async function loadTimeline(store: Store, cluster: string, uid: string): Promise<Timeline> {
  const history = await store.podHistory(cluster, uid);
  const { events, forgottenUntil } = history;
  if (events.length === 0 && forgottenUntil === undefined) throw podNotFound(cluster, uid);
  const summary = forgottenUntil === undefined ? undefined : await store.podSummary(cluster, uid);
  const node = nodeOf(events) ?? summary?.pod.node ?? null;
  const around = events.length === 0 ? [] : await store.surroundings(cluster, node, lifeOf(events));
  const told = tellPod({ cluster, uid }, history, around, summary);
  if (told === undefined) throw podNotFound(cluster, uid);
  return { ...told.timeline, patterns: findPatterns(told.timeline) };
}

/** From when to when the pod lived, as far as can be told without an account of it. */
function lifeOf(events: readonly RecordedEvent[]): During {
  let from: string | undefined;
  let last: string | undefined;
  for (const event of events) {
    const createdAt = event.source === 'pod' ? event.metadata?.createdAt : undefined;
    from = earliest(from, earliest(createdAt, event.occurredAt));
    last = latest(last, event.observedAt);
  }
  const revision = events.findLast((event) => event.source === 'pod');
  const isGone = revision?.type === 'DELETED' || revision?.type === 'VANISHED';
  return { from: from ?? '', to: isGone ? last : undefined };
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
