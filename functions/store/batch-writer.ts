import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { concurrently } from './concurrently.ts';
import type { Item } from './pack.ts';
import { type Patience, waitBeforeTry } from './throttling.ts';

/** DynamoDB's bounds of one BatchWriteItem: 25 puts, 16 MB of request, of which base64 takes a third. */
const MAX_ITEMS = 25;
const MAX_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

export interface BatchWriterParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly patience: Patience;
}

export function putOf(item: Item): WriteRequest {
  return { PutRequest: { Item: item } };
}

/** @param key partition and sort key */
export function deleteOf(key: Item): WriteRequest {
  return { DeleteRequest: { Key: key } };
}

/**
 * Writes all, in any order, and resolves when all is durable. What DynamoDB leaves unprocessed is written again after a
 * wait. No two writes may have the same key. @throws StoreBusyError when it leaves something every time.
 */
export async function writeAll(parts: BatchWriterParts, writes: readonly WriteRequest[]): Promise<void> {
  await concurrently(batches(writes), CONCURRENCY, (batch) => writeBatch(parts, batch));
}

async function writeBatch(
  { client, tableName, patience }: BatchWriterParts,
  batch: readonly WriteRequest[],
): Promise<void> {
  let left = [...batch];
  for (let tries = 1; left.length > 0; tries += 1) {
    if (tries > 1) await waitBeforeTry(tries - 1, patience);
    const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
    const { UnprocessedItems } = await client.send(command);
    left = UnprocessedItems?.[tableName] ?? [];
  }
}

function batches(writes: readonly WriteRequest[]): readonly (readonly WriteRequest[])[] {
  const all: WriteRequest[][] = [];
  let current: WriteRequest[] = [];
  let bytes = 0;
  for (const write of writes) {
    const size = write.PutRequest?.Item?.['data']?.B?.length ?? 0;
    if (current.length === MAX_ITEMS || (current.length > 0 && bytes + size > MAX_BYTES)) {
      all.push(current);
      current = [];
      bytes = 0;
    }
    current.push(write);
    bytes += size;
  }
  if (current.length > 0) all.push(current);
  return all;
}
