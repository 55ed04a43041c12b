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
  table: TableParts,
  partitionKey: string,
  prefix: string,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  await visitAll(
    table,
    {
      KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': { S: partitionKey },
        ...(prefix === '' ? {} : { ':prefix': { S: prefix } }),
      },
    },
    (some) => items.push(...some),
  );
  return items;
}

/**
 * As `queryPartition`, for the sort keys from `from` up to and with `to`.
 *
 * @param consistency `eventual` costs half, and may miss what was written in the last second
 */
export async function queryRange(
  table: TableParts,
  partitionKey: string,
  from: string,
  to: string,
  consistency: Consistency = 'strong',
): Promise<readonly Item[]> {
  const items: Item[] = [];
  await visitAll(table, rangeOf(partitionKey, from, to), (some) => items.push(...some), consistency);
  return items;
}

export type Consistency = 'strong' | 'eventual';

/** As `queryRange`, page by page: no more than one page is held in memory. */
export function visitRange(
  table: TableParts,
  partitionKey: string,
  from: string,
  to: string,
  visit: (items: readonly Item[]) => void,
): Promise<void> {
  return visitAll(table, rangeOf(partitionKey, from, to), visit);
}

function rangeOf(partitionKey: string, from: string, to: string): What {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: partitionKey }, ':from': { S: from }, ':to': { S: to } },
  };
}

type What = Pick<QueryCommandInput, 'KeyConditionExpression' | 'ExpressionAttributeValues'>;

async function visitAll(
  { client, tableName }: TableParts,
  what: What,
  visit: (items: readonly Item[]) => void,
  consistency: Consistency = 'strong',
): Promise<void> {
  const input: QueryCommandInput = {
    TableName: tableName,
    ConsistentRead: consistency === 'strong',
    ...what,
  };
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand(from === undefined ? input : { ...input, ExclusiveStartKey: from }),
    );
    visit(page.Items ?? []);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
