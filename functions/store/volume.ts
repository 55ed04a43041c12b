import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { UnreadableItemError } from './errors.ts';
import { logKey, VOLUME_PREFIX } from './keys/log-key.ts';
import type { Item } from './pack.ts';
import { putIf } from './put-if.ts';
import { living, type TableParts } from './query.ts';

/** Entries of a pod's log, from one place to another, as one item: what timelines of long histories are read from. */
export interface Volume {
  readonly from: number;
  readonly to: number;
  readonly events: readonly RecordedEvent[];
  /** Bytes of the item. */
  readonly bytes: number;
}

const VOLUME_VERSION = 1;
/**
 * A volume grows until it has this many bytes: 200 to 300 events. Larger ones gain little (36 bytes an event at 200
 * events, 34 at 400) and cost more to be written again with each fold.
 */
export const FULL_VOLUME_BYTES = 8 * 1024;

/**
 * Brotli at quality 9 takes 9 ms for 200 events and 36 bytes each; deflate with the packs' dictionary takes 42 bytes,
 * zstd at 19 takes 35 and 60 ms.
 */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 } };
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
/** Well below DynamoDB's 400 KB for an item. */
const MAX_BYTES = 380 * 1024;

/** Whether the events fit into one volume. */
export function compressVolume(events: readonly RecordedEvent[]): Uint8Array | undefined {
  const data = brotliCompressSync(Buffer.from(JSON.stringify(events)), BROTLI);
  return data.length > MAX_BYTES ? undefined : data;
}

/**
 * Writes a volume, unless one that reaches as far or farther is there already.
 *
 * @param expires when its time is over
 */
export async function putVolume(
  table: TableParts,
  partitionKey: string,
  { from, to }: Pick<Volume, 'from' | 'to'>,
  data: Uint8Array,
  expires: Item,
): Promise<void> {
  const item = {
    pk: { S: partitionKey },
    sk: { S: logKey.volume(from) },
    v: { N: String(VOLUME_VERSION) },
    to: { N: String(to) },
    data: { B: data },
    ...expires,
  };
  await putIf(table, item, {
    ConditionExpression: 'attribute_not_exists(#to) OR #to < :to',
    ExpressionAttributeNames: { '#to': 'to' },
    ExpressionAttributeValues: { ':to': { N: String(to) } },
  });
}

/**
 * The volumes of a pod up to a place, in order.
 *
 * They are written before the fold that names the place, so that it can be told whether all are there: they are read
 * at half the price, and once more where one is missing that was written just now.
 */
export async function readVolumes(
  table: TableParts,
  partitionKey: string,
  upTo: number,
): Promise<readonly Volume[]> {
  const cheap = await queryVolumes(table, partitionKey, false);
  return reach(cheap) >= upTo ? cheap : queryVolumes(table, partitionKey, true);
}

/** The volume that reaches farthest; none if there is no volume. */
export async function readNewestVolume(table: TableParts, partitionKey: string): Promise<readonly Volume[]> {
  const { Items: items } = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':prefix': { S: VOLUME_PREFIX } },
    }),
  );
  return living(table, items).map(readVolume);
}

/** Up to which place volumes reach without a gap, from the first that is not over; -1 for none. */
export function reach(volumes: readonly Volume[]): number {
  let place = (volumes[0]?.from ?? 0) - 1;
  for (const { from, to } of volumes) {
    if (from > place + 1) break;
    place = Math.max(place, to);
  }
  return place;
}

async function queryVolumes(
  table: TableParts,
  partitionKey: string,
  consistent: boolean,
): Promise<readonly Volume[]> {
  const { client, tableName } = table;
  const volumes: Volume[] = [];
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: consistent,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':prefix': { S: VOLUME_PREFIX } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    volumes.push(...living(table, page.Items).map(readVolume));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return volumes;
}

function readVolume(item: Item): Volume {
  const data = item['data']?.B;
  if (item['v']?.N !== String(VOLUME_VERSION) || data === undefined) {
    throw new UnreadableItemError(`a volume has version ${item['v']?.N ?? 'none'}, not ${VOLUME_VERSION}`);
  }
  try {
    const json = brotliDecompressSync(data, { maxOutputLength: MAX_INFLATED_BYTES }).toString();
    return {
      from: Number((item['sk']?.S ?? '').slice(VOLUME_PREFIX.length)),
      to: Number(item['to']?.N),
      events: JSON.parse(json),
      bytes: data.length,
    };
  } catch (error) {
    throw new UnreadableItemError('a volume does not decompress to events', error);
  }
}
