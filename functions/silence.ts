// Every few minutes: how long ago the last batch of each cluster came.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createJsonLog } from './log.ts';
import { createSilenceCheck } from './silence/check.ts';
import { readSilenceSettings } from './silence/settings.ts';

const settings = readSilenceSettings(process.env);
const clock = Date.now;
const write = (line: string): void => {
  process.stdout.write(line);
};

export const handler = createSilenceCheck({
  table: {
    client: new DynamoDBClient({
      maxAttempts: 5,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    }),
    tableName: settings.tableName,
  },
  settings,
  write,
  log: createJsonLog(write, clock),
  clock,
});
