// Behind the table's stream: tells of restarts as the rules in `notifications.json` ask for it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { createJsonLog } from './log.ts';
import { createNoticeLedger } from './notify/notice-ledger.ts';
import { parseNotifications } from './notify/notifications.ts';
import { createNotifier } from './notify/notifier.ts';
import { createRestartReader } from './notify/restart-reader.ts';
import { createSecrets } from './notify/secrets.ts';
import { createSend } from './notify/senders.ts';
import { readNotifySettings } from './notify/settings.ts';
import { createStreamHandler } from './notify/stream-handler.ts';
import { createDynamoStore } from './store/dynamo-store.ts';

const notifications = parseNotifications(
  readFileSync(new URL('notifications.json', import.meta.url), 'utf8'),
);
const settings = readNotifySettings(process.env, notifications.targets);
const clock = Date.now;
const write = (line: string): void => {
  process.stdout.write(line);
};
const log = createJsonLog(write, clock);

/** A request that hangs is given up, and tried again by the batch. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const table = {
  client: new DynamoDBClient({ maxAttempts: 3, requestHandler }),
  tableName: settings.tableName,
};

export const handler = createStreamHandler({
  notify: createNotifier({
    notifications,
    reader: createRestartReader(table, createDynamoStore({ ...table, clock })),
    ledger: createNoticeLedger({ ...table, clock, newId: randomUUID }),
    send: createSend({
      sns: new SNSClient({ maxAttempts: 3, requestHandler }),
      secrets: createSecrets(new SecretsManagerClient({ maxAttempts: 3, requestHandler }), clock),
      bounds: { fetch, timeoutMs: 10_000, allowLoopbackHttp: false },
      clock,
      topicArn: settings.topicArn,
    }),
    baseUrl: settings.baseUrl,
    clock,
    log,
  }),
  settleMs: notifications.settleMs,
  stage: settings.stage,
  sleep: async (ms) => {
    await sleep(ms);
  },
  clock,
  write,
});
