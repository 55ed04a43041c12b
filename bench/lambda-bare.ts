// What the API's function is measured against: a function with the DynamoDB client and nothing else.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BareWork } from './lambda-bare-work.ts';

const client = new DynamoDBClient({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
const table = { client, tableName: process.env['PODLAPSE_TABLE'] ?? '' };

/** Reads one item; or does what it is told to, the code for which is loaded only then. */
export async function handler(event: { readonly work?: BareWork }): Promise<{ statusCode: number }> {
  if (event.work === undefined) {
    const Key = { pk: { S: 'PING' }, sk: { S: 'PING' } };
    await client.send(new GetItemCommand({ TableName: table.tableName, Key }));
  } else {
    const { doBareWork } = await import('./lambda-bare-work.ts');
    await doBareWork(table, event.work);
  }
  return { statusCode: 200 };
}
