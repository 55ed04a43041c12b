// The stream of a table of DynamoDB Local, read as Lambda's event source mapping reads one: shard by shard, in order.
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Engine } from './dynamodb.ts';

export interface LocalStream {
  /** All changes since the stream was switched on, with what Lambda adds to each. */
  read(): Promise<readonly DynamoDBRecord[]>;
}

/** Switches on the stream of a table. */
export async function startLocalStream({ client, tableName }: Engine): Promise<LocalStream> {
  const { TableDescription } = await client.send(
    new UpdateTableCommand({
      TableName: tableName,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  const StreamArn = TableDescription?.LatestStreamArn ?? '';
  const endpoint = await client.config.endpoint?.();
  const { accessKeyId } = await client.config.credentials();
  const region = await client.config.region();

  /** DynamoDB Local looks at who asks, and at no signature. */
  const ask = async <T>(action: string, input: Readonly<Record<string, unknown>>): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${endpoint?.port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${action}`,
        'x-amz-date': '20260301T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260301/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=none`,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  const readShard = async (ShardId: string): Promise<readonly DynamoDBRecord[]> => {
    let { ShardIterator } = await ask<{ ShardIterator: string | null }>('GetShardIterator', {
      StreamArn,
      ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const records: DynamoDBRecord[] = [];
    while (ShardIterator !== null && ShardIterator !== undefined) {
      const page = await ask<{ Records: DynamoDBRecord[]; NextShardIterator?: string }>('GetRecords', {
        ShardIterator,
      });
      // An open shard goes on for ever.
      if (page.Records.length === 0) break;
      records.push(...page.Records);
      ShardIterator = page.NextShardIterator ?? null;
    }
    return records;
  };

  return {
    async read() {
      const { StreamDescription } = await ask<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
        'DescribeStream',
        { StreamArn },
      );
      const shards = await Promise.all(StreamDescription.Shards.map(({ ShardId }) => readShard(ShardId)));
      return shards.flat().map((record) => ({ ...record, eventSourceARN: StreamArn }));
    },
  };
}
