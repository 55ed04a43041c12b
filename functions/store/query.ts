import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './pack.ts';
import { unexpired } from './expiry.ts';

export interface TableParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Milliseconds since the epoch: what is over by then is not read. Without it, all is read that is still there. */
  readonly clock?: () => number;
}

/** Those of the items whose time is not over. */
export function living({ clock }: TableParts, items: readonly Item[] | undefined): readonly Item[] {
  return clock === undefined ? (items ?? []) : unexpired(items ?? [], clock());
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
  table: TableParts,
  what: What,
  visit: (items: readonly Item[]) => void,
  consistency: Consistency = 'strong',
): Promise<void> {
  const { client, tableName } = table;
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
    visit(living(table, page.Items));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
