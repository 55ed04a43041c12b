// The API as a Lambda function behind a function URL.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handle } from 'hono/aws-lambda';
import { createApi } from './api/api.ts';
import { createRateLimiter } from './api/identity/rate-limiter.ts';
import { createTokenDesk } from './api/identity/token-desk.ts';
import { createPageFiles } from './api/pages/page-files.ts';
import { createTokenAccess } from './api/token-access.ts';
import { readLambdaSettings } from './lambda-settings.ts';
import { createJsonLog } from './log.ts';
import { createDynamoStore } from './store/dynamo-store.ts';
import { createRateCounter } from './store/rate-counter.ts';
import { createRegistrationTable } from './store/registration-store.ts';
import { createTokenTable } from './store/token-table.ts';

const settings = readLambdaSettings(process.env);
const clock = Date.now;
const log = createJsonLog((line) => process.stdout.write(line), clock);

/** A request that hangs is given up and tried again long before the function's own time is over. */
const client = new DynamoDBClient({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
const table = { client, tableName: settings.tableName };
const tokens = createTokenTable(table);
const registrations = createRegistrationTable(table);

/** Loaded for the first ServiceAccount token: who uses none pays nothing for it. */
async function loadServiceAccounts() {
  const { createServiceAccountVerifier } = await import('./api/identity/service-account.ts');
  return createServiceAccountVerifier({
    fetch,
    timeoutMs: 3_000,
    maxBytes: 64 * 1024,
    allowLoopbackHttp: false,
    clock,
    log,
  });
}

const api = createApi({
  store: createDynamoStore({ ...table, clock, retention: settings.retention }),
  authorise: createTokenAccess({
    tokens,
    registrations,
    limiter: createRateLimiter({ counter: createRateCounter(table), clock, log }),
    serviceAccounts: loadServiceAccounts,
    adminTokenHashes: settings.adminTokenHashes,
    clock,
    log,
  }),
  tokens: createTokenDesk({ tokens, clock, randomBytes }),
  registrations,
  log,
  clock,
  randomId: () => crypto.randomUUID(),
  corsOrigins: settings.corsOrigins,
  // Beside the bundle, where infra/app.ts puts it.
  page: createPageFiles(fileURLToPath(new URL('web', import.meta.url))),
});

export const handler = handle(api);
