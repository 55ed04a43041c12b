import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
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

/**
 * Puts all items, in any order, and resolves when all are durable. What DynamoDB leaves unprocessed is put again after
 * a wait. No two items may have the same key. @throws StoreBusyError when it leaves something every time.
 */
export async function writeItems(parts: BatchWriterParts, items: readonly Item[]): Promise<void> {
  await concurrently(batches(items), CONCURRENCY, (batch) => writeBatch(parts, batch));
}

async function writeBatch(
  { client, tableName, patience }: BatchWriterParts,
  batch: readonly Item[],
): Promise<void> {
  let left = batch.map((item) => ({ PutRequest: { Item: item } }));
  for (let tries = 1; left.length > 0; tries += 1) {
    if (tries > 1) await waitBeforeTry(tries - 1, patience);
    const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
    const { UnprocessedItems } = await client.send(command);
    left = (UnprocessedItems?.[tableName] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
  }
}

function batches(items: readonly Item[]): readonly (readonly Item[])[] {
  const all: Item[][] = [];
  let current: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item['data']?.B?.length ?? 0;
    if (current.length === MAX_ITEMS || (current.length > 0 && bytes + size > MAX_BYTES)) {
      all.push(current);
      current = [];
      bytes = 0;
    }
    current.push(item);
    bytes += size;
  }
  if (current.length > 0) all.push(current);
  return all;
}
