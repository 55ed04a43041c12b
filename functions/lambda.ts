// The API as a Lambda function behind a function URL.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handle } from 'hono/aws-lambda';
import { createApi } from './api/api.ts';
import { createTokenAccess } from './api/token-access.ts';
import { readLambdaSettings } from './lambda-settings.ts';
import { createJsonLog } from './log.ts';
import { createDynamoStore } from './store/dynamo-store.ts';

const settings = readLambdaSettings(process.env);

/** A request that hangs is given up and tried again long before the function's own time is over. */
const client = new DynamoDBClient({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

const api = createApi({
  store: createDynamoStore({ client, tableName: settings.tableName, clock: Date.now }),
  authorise: createTokenAccess(settings.tokens),
  log: createJsonLog((line) => process.stdout.write(line), Date.now),
  clock: Date.now,
  randomId: () => crypto.randomUUID(),
});

export const handler = handle(api);
