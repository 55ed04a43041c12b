import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { rateKey } from './keys/rate-key.ts';
import type { TableParts } from './query.ts';
import { TABLE } from './table.ts';
import { sayingBusy } from './throttling.ts';

/** Counts requests over all instances. */
export interface RateCounter {
  /** Adds `count` to what `caller` did in the minute of `nowMs`, and gives the sum of all instances. */
  add(caller: string, nowMs: number, count: number): Promise<number>;
}

/** A minute's count is of no use after it; TTL removes it at no cost some time later. */
const KEPT_MS = 10 * 60_000;

/** The counter in the table: one write unit for each `add`. */
export function createRateCounter({ client, tableName }: TableParts): RateCounter {
  return {
    add: (caller, nowMs, count) =>
      sayingBusy(async () => {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { pk: { S: rateKey.partition(caller) }, sk: { S: rateKey.minute(nowMs) } },
            UpdateExpression: `SET ${TABLE.ttlAttribute} = :end ADD requests :count`,
            ExpressionAttributeValues: {
              ':count': { N: String(count) },
              ':end': { N: String(Math.ceil((nowMs + KEPT_MS) / 1000)) },
            },
            ReturnValues: 'UPDATED_NEW',
          }),
        );
        return Number(Attributes?.['requests']?.N ?? count);
      }),
  };
}
