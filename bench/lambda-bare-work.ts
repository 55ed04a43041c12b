import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

/** Events as JSON in items of their own, and all of them read again: what the SDK does by itself. */
export type BareWork =
  | { readonly do: 'write'; readonly partition: string; readonly events: readonly BareEvent[] }
  | { readonly do: 'query'; readonly partition: string };

export interface BareEvent {
  readonly id: string;
  readonly occurredAt: string;
}

/** BatchWriteItem takes no more. */
const MAX_ITEMS = 25;

export async function doBareWork(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  work: BareWork,
): Promise<void> {
  if (work.do === 'write') {
    for (let at = 0; at < work.events.length; at += MAX_ITEMS) {
      const puts = work.events.slice(at, at + MAX_ITEMS).map((event) => putOf(work.partition, event));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: puts } }));
    }
    return;
  }
  let from: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: work.partition } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
}

function putOf(partition: string, event: BareEvent): WriteRequest {
  return {
    PutRequest: {
      Item: {
        pk: { S: partition },
        sk: { S: `E#${event.occurredAt}#${event.id}` },
        event: { S: JSON.stringify(event) },
      },
    },
  };
}
