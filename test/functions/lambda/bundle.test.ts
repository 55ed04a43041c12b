import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnTrace } from '../../../bench/trace.ts';
import { hashToken } from '../../../functions/api/identity/token.ts';
import { bundleApi } from '../../../infra/bundle.ts';
import { ndjson } from '../../support/api.ts';
import { type Engine, reasonWithoutJava, startDynamoDbLocalTable } from '../../support/dynamodb.ts';
import { type DatabaseDoor, startDatabaseDoor } from '../../support/lambda/database-door.ts';
import { functionUrlEvent, httpApiEvent, type HttpRequest } from '../../support/lambda/http-events.ts';
import { type LambdaFunction, startLambda } from '../../support/lambda/lambda-function.ts';
import { runtimeInterfaceClient } from '../../support/lambda/runtime-interface-client.ts';

const client = await runtimeInterfaceClient();
const missing = client.missing ?? reasonWithoutJava();
const skipped = missing !== undefined && process.env['CI'] === undefined;

const ADMIN = 'admin-token-of-this-test';
/** The function has its own clock, by which what is long past is forgotten. */
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();
const FRONTS = [
  ['a function URL', functionUrlEvent],
  ['an HTTP API', httpApiEvent],
] as const;

let engine: Engine;
let door: DatabaseDoor;
let folder: string;
const functions: LambdaFunction[] = [];

beforeAll(async () => {
  if (client.missing !== undefined) throw new Error(client.missing);
  folder = await mkdtemp(join(tmpdir(), 'podlapse-lambda-'));
  await bundleApi(folder);
  engine = await startDynamoDbLocalTable();
  door = await startDatabaseDoor((await engine.client.config.endpoint?.())?.port ?? 0);
});
afterAll(async () => {
  await Promise.all(functions.map((each) => each.close()));
  await door.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

// In CI nothing is skipped: there the suite fails with the reason.
describe.skipIf(skipped)(
  `the bundle under the Lambda runtime interface client${skipped ? ` (skipped: ${missing})` : ''}`,
  () => {
    describe.each(FRONTS)('behind %s', (front, eventOf) => {
      const cluster = eventOf === httpApiEvent ? 'by-http-api' : 'by-url';
      const trace = churnTrace({
        pods: 2,
        restartsPerPod: 3,
        startAt: HOUR_AGO,
        restartEveryMs: 60_000,
        seed: front,
      });
      const [first] = trace;
      const uid = first === undefined || first.source === 'agent' ? '' : (first.pod?.uid ?? '');
      let lambda: LambdaFunction;
      let agent = '';
      let reader = '';
      const ask = (request: HttpRequest, token: string) => answerOf(lambda, eventOf(bearing(request, token)));

      beforeAll(async () => {
        lambda = await run();
        agent = await tokenOf(lambda, eventOf, { kind: 'agent', cluster });
        reader = await tokenOf(lambda, eventOf, { kind: 'reader', clusters: ['*'] });
      });

      it('takes a compressed batch, once', async () => {
        const request = {
          method: 'POST',
          path: `/v1/clusters/${cluster}/events`,
          headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' },
          body: zstdCompressSync(ndjson(trace)),
        };
        const put = await ask(request, agent);
        expect(put.statusCode).toBe(200);
        expect(JSON.parse(put.body)).toEqual({ accepted: trace.length, duplicates: 0, rejected: [] });
        const again = await ask(request, agent);
        expect(JSON.parse(again.body)).toEqual({ accepted: 0, duplicates: trace.length, rejected: [] });
      });

      it('gives the timeline as JSON, text and picture', async () => {
        const path = `/v1/clusters/${cluster}/pods/${uid}/timeline`;
        const json = await ask({ method: 'GET', path }, reader);
        expect(JSON.parse(json.body)).toMatchObject({ pod: { cluster, uid }, summary: { restarts: 3 } });
        expect(json.headers).toMatchObject({
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        });
        const text = await ask({ method: 'GET', path, headers: { accept: 'text/plain' } }, reader);
        expect(text.body).toContain('RESTARTS');
        const svg = await ask({ method: 'GET', path: `${path}?format=svg` }, reader);
        expect(svg.body).toContain('<svg');
      });

      it('gives the report as JSON and CSV', async () => {
        const path = `/v1/reports/restarts?from=${HOUR_AGO}&by=cluster&cluster=${cluster}`;
        const json = await ask({ method: 'GET', path }, reader);
        expect(JSON.parse(json.body)).toMatchObject({
          totals: { restarts: 6 },
          groups: [{ key: { cluster }, restarts: 6 }],
        });
        const csv = await ask({ method: 'GET', path: `${path}&format=csv` }, reader);
        expect(csv.headers['content-type']).toMatch(/^text\/csv/);
        expect(csv.body).toContain(cluster);
      });

      it('answers what is wrong with a problem document', async () => {
        const without = await answerOf(lambda, eventOf({ method: 'GET', path: '/v1/clusters' }));
        expect(without.statusCode).toBe(401);
        const notText = await ask(
          {
            method: 'POST',
            path: `/v1/clusters/${cluster}/events`,
            headers: { 'content-type': 'text/plain' },
            body: 'no events',
          },
          agent,
        );
        expect(notText.statusCode).toBe(415);
        expect(notText.headers['content-type']).toBe('application/problem+json');
        const nobody = await ask({ method: 'GET', path: `/v1/clusters/${cluster}/pods/x/timeline` }, reader);
        expect(nobody.statusCode).toBe(404);
      });

      it('did all of that in one execution environment, within half of its memory', async () => {
        expect((await ask({ method: 'GET', path: '/readyz' }, reader)).statusCode).toBe(200);
        expect(lambda.starts()).toBe(1);
        expect(await lambda.peakMemoryKb()).toBeLessThan((1024 * 1024) / 2);
      });
    });

    it('answers an agent before the function’s time is over when the database refuses connections', async () => {
      const lambda = await run({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
      const answer = await answerOf(lambda, functionUrlEvent({ method: 'GET', path: '/readyz' }));
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      const line =
        lambda
          .log()
          .split('\n')
          .find((text) => text.includes('a request failed')) ?? '{}';
      expect(JSON.parse(line)).toMatchObject({ level: 'error', path: '/readyz' });
    });

    it('starts anew after an invocation that took too long', async () => {
      const lambda = await run({ AWS_ENDPOINT_URL_DYNAMODB: door.url }, 5_000);
      const ready = functionUrlEvent({ method: 'GET', path: '/readyz' });
      expect((await answerOf(lambda, ready)).statusCode).toBe(200);
      door.shut();
      const late = await lambda.invoke(ready);
      door.open();
      expect(late).toMatchObject({ kind: 'error', errorMessage: 'Task timed out after 5.00 seconds' });
      expect((await answerOf(lambda, ready)).statusCode).toBe(200);
      expect(lambda.starts()).toBe(2);
    });

    it('does not start without the name of its table, and says so', async () => {
      const lambda = await run({ PODLAPSE_TABLE: '' });
      const outcome = await lambda.invoke(functionUrlEvent({ method: 'GET', path: '/healthz' }));
      expect(outcome).toMatchObject({
        kind: 'error',
        errorMessage: expect.stringContaining('PODLAPSE_TABLE is not set'),
      });
    });
  },
);

async function run(
  settings: Readonly<Record<string, string>> = {},
  timeoutMs = 29_000,
): Promise<LambdaFunction> {
  const endpoint = await engine.client.config.endpoint?.();
  const lambda = await startLambda({
    client: client.entry ?? '',
    folder,
    timeoutMs,
    environment: {
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
      NODE_OPTIONS: '--enable-source-maps',
      PODLAPSE_TABLE: engine.tableName,
      PODLAPSE_ADMIN_TOKEN_HASHES: hashToken(ADMIN),
      ...settings,
    },
  });
  functions.push(lambda);
  return lambda;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** As its reader has it: decoded. */
  readonly body: string;
}

async function answerOf(lambda: LambdaFunction, event: APIGatewayProxyEventV2): Promise<Answer> {
  const outcome = await lambda.invoke(event);
  if (outcome.kind === 'error')
    throw new Error(`${outcome.errorType}: ${outcome.errorMessage}\n${lambda.log()}`);
  const {
    statusCode = 0,
    headers = {},
    body = '',
    isBase64Encoded,
  } = JSON.parse(outcome.payload) as APIGatewayProxyStructuredResultV2;
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  const decoded = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  return { statusCode, headers, body: decoded.toString() };
}

function bearing(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

async function tokenOf(
  lambda: LambdaFunction,
  eventOf: (request: HttpRequest) => APIGatewayProxyEventV2,
  grant: Readonly<Record<string, unknown>>,
): Promise<string> {
  const request = {
    method: 'POST',
    path: '/v1/admin/tokens',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(grant),
  };
  const { body } = await answerOf(lambda, eventOf(bearing(request, ADMIN)));
  return (JSON.parse(body) as { token: string }).token;
}
