import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import { earliest, latest } from '../../timeline/time.ts';
import { UnreadableItemError } from './errors.ts';
import { podIndexKey } from './keys/pod-index-key.ts';
import { podKey, SUMMARY_SORT_KEY } from './keys/pod-key.ts';
import type { Item } from './pack.ts';
import type { PodSummary } from './store.ts';
import { TABLE } from './table.ts';

/** Raise when a summary says something new, or something else: then each is made anew when its pod is next heard of. */
const SUMMARY_VERSION = 1;

/** A stored summary's state, without its content. */
export interface SummaryState {
  /** Counts its writes; a writer replaces only the revision that it read. */
  readonly revision: number;
  /** Which packs it was made of: `coverOf` their sort keys. */
  readonly cover: string;
}

/**
 * A digest of the packs that a summary was made of. Packs are only ever added, so a summary whose cover is that of
 * the packs found later has missed none.
 */
export function coverOf(packSortKeys: Iterable<string>): string {
  const hash = createHash('sha256').update(String(SUMMARY_VERSION));
  for (const key of [...packSortKeys].sort()) hash.update('\n').update(key);
  return hash.digest('base64url').slice(0, 22);
}

/**
 * A pod's summary, from its own events alone: what is known of the node and of the watching (gaps) has a bearing on
 * `complete` only, which a summary does not tell.
 */
export function summarise(
  cluster: string,
  uid: string,
  events: readonly RecordedEvent[],
): PodSummary | undefined {
  const timeline = reconstruct(cluster, uid, events);
  if (timeline === undefined) return undefined;
  const { complete: _, ...summary } = timeline.summary;
  const lastRestartAt = timeline.restarts.reduce<string | undefined>(
    (last, { at }) => latest(last, at ?? undefined),
    undefined,
  );
  const lastEventAt = events.reduce<string | undefined>(
    (last, event) => latest(last, event.occurredAt),
    undefined,
  );
  return { pod: timeline.pod, summary, lastRestartAt: lastRestartAt ?? null, lastEventAt: lastEventAt ?? '' };
}

/** A summary as an item. `events` are those it was made of: a pod of unknown birth is listed by its first event. */
export function summaryItem(
  summary: PodSummary,
  events: readonly RecordedEvent[],
  state: SummaryState,
): Item {
  const { pod } = summary;
  const heardAt = events.reduce<string | undefined>(
    (first, event) => earliest(first, event.occurredAt),
    undefined,
  );
  return {
    pk: { S: podKey.format(pod.cluster, pod.uid) },
    sk: { S: SUMMARY_SORT_KEY },
    v: { N: String(SUMMARY_VERSION) },
    rev: { N: String(state.revision) },
    cover: { S: state.cover },
    body: { S: JSON.stringify(summary) },
    [TABLE.podIndex.partitionKey]: { S: podIndexKey.partition(pod.cluster) },
    [TABLE.podIndex.sortKey]: { S: podIndexKey.format(pod, pod.createdAt ?? heardAt ?? '') },
  };
}

/** The state of a summary's item; undefined if there is none. */
export function summaryState(item: Item | undefined): SummaryState | undefined {
  if (item === undefined) return undefined;
  return { revision: Number(item['rev']?.N), cover: item['cover']?.S ?? '' };
}

/** The summary in an item of the table or of the index. */
export function summaryOf(item: Item): PodSummary {
  const body = item['body']?.S;
  if (body === undefined) throw new UnreadableItemError('a summary item has no body');
  return JSON.parse(body);
}
