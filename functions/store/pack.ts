import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { inOrder } from './event-order.ts';
import { UnreadableItemError } from './errors.ts';
import { bucketOf, packKey } from './keys/pack-key.ts';
import { PACK_DICTIONARY } from './pack-dictionary.ts';

export type Item = Record<string, AttributeValue>;

/** Events that are stored as one item. */
export interface Pack {
  readonly sortKey: string;
  readonly events: readonly RecordedEvent[];
  readonly data: Uint8Array;
  /** Bytes of the data once inflated. */
  readonly jsonBytes: number;
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

/**
 * Divides the events of one partition into packs: none reaches over ten minutes of the clock, none is too large. A
 * pure function of the set of events, so that a repeated batch makes the same packs with the same keys.
 */
export function packEvents(events: readonly RecordedEvent[]): readonly Pack[] {
  const buckets = Map.groupBy(inOrder(events), (event) => bucketOf(event.occurredAt));
  return [...buckets.values()].flatMap((bucket) => pack(bucket));
}

function pack(events: readonly RecordedEvent[]): readonly Pack[] {
  const [first] = events;
  if (first === undefined) return [];
  const json = Buffer.from(JSON.stringify(events));
  const data = deflateSync(json, { dictionary: PACK_DICTIONARY });
  if (data.length > MAX_PACK_BYTES && events.length > 1) {
    const half = Math.ceil(events.length / 2);
    return [...pack(events.slice(0, half)), ...pack(events.slice(half))];
  }
  const hash = createHash('sha256').update(json).digest('base64url').slice(0, 22);
  return [
    { sortKey: packKey.format({ firstAt: first.occurredAt, hash }), events, data, jsonBytes: json.length },
  ];
}

/** A pack as an item of the partition `partitionKey`. */
export function packItem(partitionKey: string, { sortKey, events, data, jsonBytes }: Pack): Item {
  return {
    pk: { S: partitionKey },
    sk: { S: sortKey },
    v: { N: String(PACK_VERSION) },
    n: { N: String(events.length) },
    bytes: { N: String(jsonBytes) },
    data: { B: data },
  };
}

/** The events of a pack's item. @throws UnreadableItemError if it is of a version that is not known here. */
export function unpackItem(item: Item): readonly RecordedEvent[] {
  const data = item['data']?.B;
  if (item['v']?.N !== String(PACK_VERSION) || data === undefined) {
    throw new UnreadableItemError(
      `an events item has version ${item['v']?.N ?? 'none'}, not ${PACK_VERSION}`,
    );
  }
  // One buffer of the right size (and a byte, which tells Node that it is the end) instead of 16 KB for each pack.
  const chunkSize = Math.max(64, Number(item['bytes']?.N ?? 0) + 1);
  try {
    return JSON.parse(inflateSync(data, { dictionary: PACK_DICTIONARY, chunkSize }).toString());
  } catch (error) {
    throw new UnreadableItemError('an events item does not inflate to events', error);
  }
}
