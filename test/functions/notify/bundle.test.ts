import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { restartKey } from '../../../functions/store/keys/restart-key.ts';
import { bundleFile } from '../../../infra/bundle.ts';
import type { RestartRecord } from '../../../timeline/contract/report.ts';
import { type Engine, reasonWithoutJava, startDynamoDbLocalTable } from '../../support/dynamodb.ts';
import { type LambdaFunction, startLambda } from '../../support/lambda/lambda-function.ts';
import { runtimeInterfaceClient } from '../../support/lambda/runtime-interface-client.ts';
import { type LocalStream, startLocalStream } from '../../support/local-stream.ts';
import { streamEvent } from '../../support/stream-records.ts';

const client = await runtimeInterfaceClient();
const missing = client.missing ?? reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:of-the-stack';
const NOTIFICATIONS = {
  settleSeconds: 0,
  targets: [{ name: 'mail', kind: 'sns' }],
  rules: [{ name: 'all', on: 'restart', to: ['mail'] }],
};
/** The function has its own clock, by which what is long past is no news. */
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

let engine: Engine;
let folder: string;
let stream: LocalStream;
let restarts: readonly RestartRecord[];
let topic: Server;
let published: URLSearchParams[] = [];
let isDown = false;
let lambda: LambdaFunction;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-notify-'));
  if (client.missing !== undefined) throw new Error(client.missing);
  await bundleFile(fileURLToPath(new URL('../../../functions/notify.ts', import.meta.url)), folder);
  await writeFile(join(folder, 'notifications.json'), JSON.stringify(NOTIFICATIONS));
  engine = await startDynamoDbLocalTable();
  stream = await startLocalStream(engine);
  const store = createDynamoStore({ ...engine, clock: Date.now });
  const trace = churnTrace({
    pods: 2,
    restartsPerPod: 2,
    startAt: HOUR_AGO,
    restartEveryMs: 60_000,
    seed: 'notify',
  });
  // As an agent sends them, a few at a time: records of restarts are written, and written again when more is known.
  for (let at = 0; at < trace.length; at += 3) await store.putEvents('lab', trace.slice(at, at + 3));
  restarts = (await store.restarts({ from: HOUR_AGO }, 10)).items;
  topic = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (isDown) {
        response.writeHead(400).end();
        return;
      }
      published.push(new URLSearchParams(body));
      response.end(
        '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
      );
    });
  }).listen(0, '127.0.0.1');
  await once(topic, 'listening');
});
afterAll(async () => {
  topic.closeAllConnections();
  topic.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  published = [];
  isDown = false;
  lambda = await run();
});
afterEach(() => lambda.close());

// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(
  `the bundle that notifies, under the Lambda runtime interface client${skipped ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('tries again what a target did not take, and then tells of each restart once, with why and where', async () => {
      const changes = (await stream.read()).filter(passes);
      const batch = streamEvent(changes);
      const valid = new Set(restarts.map((restart) => restartKey.of(restart).sortKey));
      expect(valid.size).toBe(4);
      // A restart whose start is seen later than itself has had another key before.
      expect(changes.length).toBeGreaterThan(valid.size);
      isDown = true;
      const failed = changes
        .filter(({ dynamodb }) => valid.has(dynamodb?.Keys?.['sk']?.S ?? ''))
        .map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber }));
      expect(await answerTo(batch)).toEqual({ batchItemFailures: failed });
      expect(lambda.log()).toContain('a notification was not taken');

      isDown = false;
      expect(await answerTo(batch)).toEqual({ batchItemFailures: [] });
      expect(await answerTo(batch)).toEqual({ batchItemFailures: [] });
      expect(published).toHaveLength(restarts.length);
      for (const { pod, cause } of restarts) {
        const [message] = published.filter((each) => each.get('Message')?.includes(`uid=${pod.uid}`));
        expect(message?.get('TopicArn')).toBe(TOPIC);
        expect(message?.get('Subject')).toBe(`checkout of ${namesOf(pod.uid)} in lab restarted: ${cause}`);
        expect(message?.get('Message')).toContain('It was down for');
      }
      expect(lambda.log()).toContain('"NotificationsSent":4');
      expect(lambda.starts()).toBe(1);
    });

    it('does not start without where its readers are, and says so', async () => {
      await lambda.close();
      lambda = await run({ PODLAPSE_URL: '' });
      expect(await lambda.invoke(streamEvent([]))).toMatchObject({
        kind: 'error',
        errorMessage: expect.stringContaining('PODLAPSE_URL is not set'),
      });
    });
  },
);

/** The filter of the event source mapping. */
function passes({ eventName, dynamodb }: DynamoDBRecord): boolean {
  return eventName !== 'REMOVE' && (dynamodb?.Keys?.['pk']?.S ?? '').startsWith('RESTART#');
}

function namesOf(uid: string): string {
  const restart = restarts.find(({ pod }) => pod.uid === uid);
  return `${restart?.namespace}/${restart?.pod.name}`;
}

async function answerTo(event: unknown): Promise<unknown> {
  const outcome = await lambda.invoke(event);
  if (outcome.kind === 'error') throw new Error(`${outcome.errorMessage}\n${lambda.log()}`);
  return JSON.parse(outcome.payload);
}

async function run(settings: Readonly<Record<string, string>> = {}): Promise<LambdaFunction> {
  const endpoint = await engine.client.config.endpoint?.();
  return startLambda({
    client: client.entry ?? '',
    folder,
    memoryMb: 512,
    timeoutMs: 120_000,
    environment: {
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(topic.address() as AddressInfo).port}`,
      PODLAPSE_TABLE: engine.tableName,
      PODLAPSE_URL: 'https://restarts.example/',
      PODLAPSE_STAGE: 'test',
      PODLAPSE_NOTIFY_TOPIC_ARN: TOPIC,
      ...settings,
    },
  });
}
