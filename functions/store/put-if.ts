import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './pack.ts';
import type { TableParts } from './query.ts';

export type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

export const IF_ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** That what is there is the revision before this one (attribute `rev`); before the first there is nothing. */
export function ifFollows(revision: number): Condition {
  if (revision === 1) return IF_ABSENT;
  return {
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': { N: String(revision - 1) } },
  };
}

/** Writes an item if the condition holds for what is there under its key. False if it does not: nothing is written. */
export async function putIf(
  { client, tableName }: TableParts,
  item: Item,
  condition: Condition,
): Promise<boolean> {
  try {
    await client.send(new PutItemCommand({ TableName: tableName, Item: item, ...condition }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
