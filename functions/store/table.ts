import {
  type CreateTableCommandInput,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';

/**
 * The one table, stated once: the embedded database, the tests and the CDK stack are made from it.
 *
 * The index lists pods: it holds nothing but the heads of their logs, and of them only what lists are filtered by and
 * what seldom changes, as each change of it is a write of its own.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since the epoch after which DynamoDB may remove an item. */
  ttlAttribute: 'expiresAt',
  podIndex: {
    name: 'pods',
    partitionKey: 'podsPk',
    sortKey: 'podsSk',
    /** Workload, node, and whether the pod restarted. */
    projected: ['wl', 'node', 'rs'],
  },
} as const;

/** The table as CreateTable takes it. */
export function createTableInput(tableName: string): CreateTableCommandInput {
  const { podIndex } = TABLE;
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      text(TABLE.partitionKey),
      text(TABLE.sortKey),
      text(podIndex.partitionKey),
      text(podIndex.sortKey),
    ],
    KeySchema: keys(TABLE.partitionKey, TABLE.sortKey),
    GlobalSecondaryIndexes: [
      {
        IndexName: podIndex.name,
        KeySchema: keys(podIndex.partitionKey, podIndex.sortKey),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...podIndex.projected] },
      },
    ],
  };
}

/** Makes the table where it is not there yet, and resolves when it can be used. For engines that we start ourselves. */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  if ((await tableStatus(client, tableName)) === undefined) {
    try {
      await client.send(new CreateTableCommand(createTableInput(tableName)));
    } catch (error) {
      // Someone else made it in the meantime, which is as good.
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
  for (let look = 0; look < 200; look += 1) {
    if ((await tableStatus(client, tableName)) === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the table ${tableName} did not become ACTIVE`);
}

async function tableStatus(client: DynamoDBClient, tableName: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
