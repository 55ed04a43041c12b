import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { inOrder } from './event-order.ts';
import { UnreadableItemError } from './errors.ts';
import { bucketOf, packKey } from './keys/pack-key.ts';
import { PACK_DICTIONARY } from './pack-dictionary.ts';

export type Item = Record<string, AttributeValue>;

/** A value as JSON, deflated. */
export interface Blob {
  readonly data: Uint8Array;
  /** Bytes of the data once inflated. */
  readonly jsonBytes: number;
}

/** Events that are stored as one item. */
export interface Pack extends Blob {
  readonly events: readonly RecordedEvent[];
}

/** A pack that is found by the time of its events. */
export interface TimedPack extends Pack {
  readonly sortKey: string;
}

/** Well below DynamoDB's 400 KB for an item. One event alone (128 KB) always fits. */
const MAX_PACK_BYTES = 300 * 1024;

/**
 * Version 1: the events as a JSON array, deflated (RFC 1950) with our dictionary. Measured on packs of 1, 3, 10 and 30
 * events: 256, 420, 778 and 1,624 bytes, inflated in 10 to 40 µs. zstd with the same dictionary takes 267, 455, 818
 * and 1,524 bytes but three times as long to inflate, as most of that is setting up; without a dictionary zstd, brotli
 * and gzip all take about 390, 780, 1,200 and 1,900. A write unit is 1 KB, so the common pack costs one.
 */
const PACK_VERSION = 1;

/** Any value as a blob. The dictionary is of events; what shares their words is deflated well too. */
export function deflateJson(value: unknown): Blob {
  const json = Buffer.from(JSON.stringify(value));
  return { data: deflateSync(json, { dictionary: PACK_DICTIONARY }), jsonBytes: json.length };
}

/** The value of a blob, as `blobAttributes` stored it. @throws UnreadableItemError if it is none */
export function inflateJson(item: Item): unknown {
  const data = item['data']?.B;
  if (data === undefined) throw new UnreadableItemError('an item has no data');
  // One buffer of the right size (and a byte, which tells Node that it is the end) instead of 16 KB for each pack.
  const chunkSize = Math.max(64, Number(item['bytes']?.N ?? 0) + 1);
  try {
    return JSON.parse(inflateSync(data, { dictionary: PACK_DICTIONARY, chunkSize }).toString());
  } catch (error) {
    throw new UnreadableItemError('an item’s data does not inflate', error);
  }
}

export function blobAttributes({ data, jsonBytes }: Blob): Item {
  return { bytes: { N: String(jsonBytes) }, data: { B: data } };
}

/** Divides events into packs of which none is too large for an item. */
export function packAll(events: readonly RecordedEvent[]): readonly Pack[] {
  if (events.length === 0) return [];
  const blob = deflateJson(events);
  if (blob.data.length > MAX_PACK_BYTES && events.length > 1) {
    const half = Math.ceil(events.length / 2);
    return [...packAll(events.slice(0, half)), ...packAll(events.slice(half))];
  }
  return [{ events, ...blob }];
}

/**
 * Divides the events of one partition into packs that are found by time: none reaches beyond an hour of the clock.
 * A pure function of the set of events, so that a repeated batch makes the same packs with the same keys.
 */
export function packByTime(events: readonly RecordedEvent[]): readonly TimedPack[] {
  const buckets = Map.groupBy(inOrder(events), (event) => bucketOf(event.occurredAt));
  return [...buckets.values()].flatMap((bucket) =>
    packAll(bucket).flatMap((pack) => {
      const [first] = pack.events;
      if (first === undefined) return [];
      const hash = createHash('sha256').update(JSON.stringify(pack.events)).digest('base64url').slice(0, 22);
      return [{ ...pack, sortKey: packKey.format({ firstAt: first.occurredAt, hash }) }];
    }),
  );
}

/** A pack as an item. @param expires when its time is over */
export function packItem(partitionKey: string, sortKey: string, pack: Pack, expires: Item = {}): Item {
  return {
    pk: { S: partitionKey },
    sk: { S: sortKey },
    v: { N: String(PACK_VERSION) },
    n: { N: String(pack.events.length) },
    ...blobAttributes(pack),
    ...expires,
  };
}

/** The events of a pack's item. @throws UnreadableItemError if it is of a version that is not known here. */
export function unpackItem(item: Item): readonly RecordedEvent[] {
  if (item['v']?.N !== String(PACK_VERSION)) {
    throw new UnreadableItemError(
      `an events item has version ${item['v']?.N ?? 'none'}, not ${PACK_VERSION}`,
    );
  }
  return inflateJson(item) as readonly RecordedEvent[];
}
