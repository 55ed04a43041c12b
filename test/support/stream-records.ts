// Changes of the table as Lambda gets them from DynamoDB Streams, in the shape that AWS documents
// (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { restartKey } from '../../functions/store/keys/restart-key.ts';
import type { RestartRecord } from '../../timeline/contract/report.ts';

export function streamEvent(records: readonly DynamoDBRecord[]): DynamoDBStreamEvent {
  return { Records: [...records] };
}

/** The change by which a restart's record was written. */
export function aRestartChange(
  record: RestartRecord,
  number: number,
  change: Partial<DynamoDBRecord> & { readonly changedMs?: number } = {},
): DynamoDBRecord {
  const { changedMs = Date.parse(record.at), ...more } = change;
  const { partition, sortKey } = restartKey.of(record);
  return {
    eventID: String(number).padStart(32, '0'),
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(changedMs / 1_000),
      Keys: { pk: { S: partition }, sk: { S: sortKey } },
      SequenceNumber: sequenceNumber(number),
      SizeBytes: 26,
      StreamViewType: 'NEW_IMAGE',
    },
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/podlapse/stream/2026-03-01T00:00:00.000',
    ...more,
  };
}

export function sequenceNumber(number: number): string {
  return `${4_421_584_500_000_000_000_000n + BigInt(number)}`;
}
