import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './pack.ts';

export interface TableParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * All items of a partition whose sort key begins with `prefix`, in order, strongly consistent: what any writer had
 * made durable before this call is there. DynamoDB gives at most 1 MB at once; this follows it to the end.
 */
export async function queryPartition(
  { client, tableName }: TableParts,
  partitionKey: string,
  prefix: string,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const input: QueryCommandInput = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':prefix': { S: prefix } },
  };
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand(from === undefined ? input : { ...input, ExclusiveStartKey: from }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
