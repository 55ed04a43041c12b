import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { UnreadableItemError } from './errors.ts';
import { podIndexKey } from './keys/pod-index-key.ts';
import { HEAD_SORT_KEY } from './keys/log-key.ts';
import { podKey } from './keys/pod-key.ts';
import { blobAttributes, deflateJson, inflateJson, type Item } from './pack.ts';
import type { Digest, PodAccount } from './pod-account.ts';
import { expiry } from './expiry.ts';
import type { PodSummary } from './store.ts';
import { TABLE } from './table.ts';

/**
 * The head of a pod's log: its summary, and the events with which the log began, where they fit beside it. Most pods
 * are born, run and go with few words, and a write unit holds a kilobyte, however little of it is used.
 */
export interface Head {
  /** Counts its writes; a writer replaces only the revision that it read. */
  readonly revision: number;
  /** How many entries of the log it was made of, besides its own events. */
  readonly place: number;
  readonly digest: Digest;
  /** When its time is over, in milliseconds since the epoch; null: never. */
  readonly expiresAtMs: number | null;
  /** Without `lastEventAt`: the newest entry of the log knows that. */
  readonly summary: PodSummary;
  readonly events: readonly RecordedEvent[];
  /** When the time of its events is over, which is sooner than its own; null: never. */
  readonly eventsExpireAtMs: number | null;
}

const HEAD_VERSION = 2;
/** Of a write unit of 1,024 bytes, with room for the summary to grow. */
const ROOMY_BYTES = 960;

export interface HeadParts {
  readonly account: PodAccount;
  readonly digest: Digest;
  readonly revision: number;
  readonly place: number;
  readonly events: readonly RecordedEvent[];
  readonly eventsExpireAtMs: number | null;
  /** When it is written, and for how many days from then on it is kept. */
  readonly nowMs: number;
  readonly days: number | null;
}

export function headItem(parts: HeadParts): Item {
  const { account, digest, revision, place, events, eventsExpireAtMs, nowMs, days } = parts;
  const { summary, heardAt } = account;
  const { pod } = summary;
  return {
    pk: { S: podKey.format(pod.cluster, pod.uid) },
    sk: { S: HEAD_SORT_KEY },
    v: { N: String(HEAD_VERSION) },
    rev: { N: String(revision) },
    q: { N: String(place) },
    dig: { S: `${digest.summary}${digest.restarts}${digest.records}` },
    last: { S: summary.lastEventAt },
    ...blobAttributes(deflateJson([summary, events])),
    [TABLE.podIndex.partitionKey]: { S: podIndexKey.partition(pod.cluster) },
    [TABLE.podIndex.sortKey]: { S: podIndexKey.format(pod, pod.createdAt ?? heardAt) },
    wl: { S: `${pod.workload.kind}/${pod.workload.name}` },
    ...(pod.node === null ? {} : { node: { S: pod.node } }),
    ...(summary.summary.restarts === 0 ? {} : { rs: { BOOL: true } }),
    ...(events.length === 0 || eventsExpireAtMs === null
      ? {}
      : { gone: { N: String(eventsExpireAtMs / 1000) } }),
    ...expiry(nowMs, days),
  };
}

/** Whether a head with its events is one write unit, and stays one. */
export function isRoomy(item: Item): boolean {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += name.length + (value.B?.length ?? Buffer.byteLength(value.S ?? value.N ?? '1'));
  }
  return bytes <= ROOMY_BYTES;
}

/** @throws UnreadableItemError if it is of a version that is not known here. */
export function readHead(item: Item): Head {
  if (item['v']?.N !== String(HEAD_VERSION)) {
    throw new UnreadableItemError(`a pod’s head has version ${item['v']?.N ?? 'none'}, not ${HEAD_VERSION}`);
  }
  const [summary, events] = inflateJson(item) as [PodSummary, readonly RecordedEvent[]];
  const digest = item['dig']?.S ?? '';
  return {
    revision: Number(item['rev']?.N),
    place: Number(item['q']?.N),
    expiresAtMs: millisecondsIn(item[TABLE.ttlAttribute]),
    eventsExpireAtMs: millisecondsIn(item['gone']),
    digest: { summary: digest.slice(0, 12), restarts: digest.slice(12, 24), records: digest.slice(24) },
    summary: { ...summary, lastEventAt: item['last']?.S ?? summary.lastEventAt },
    events,
  };
}

function millisecondsIn(seconds: Item[string] | undefined): number | null {
  return seconds?.N === undefined ? null : Number(seconds.N) * 1000;
}
