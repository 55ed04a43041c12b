import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hashToken } from '../functions/api/identity/token.ts';
import { ensureTable } from '../functions/store/table.ts';
import { bundleApi, bundleFile } from '../infra/bundle.ts';
import { SETTINGS } from '../infra/config/settings.ts';
import { functionUrlEvent, type HttpRequest } from '../test/support/lambda/http-events.ts';
import { nodeArguments } from '../test/support/lambda/lambda-function.ts';
import type { ProbeAnswer, ProbeRequest } from './lambda-probe.ts';

/** One function in a process of its own. */
export interface Probe {
  /** Invokes it; the first time with its import. @throws Error for an answer that is none of success */
  invoke(event: unknown): Promise<ProbeAnswer>;
  /** The most memory it has had resident so far. */
  peakKb(): Promise<number>;
  end(): Promise<void>;
}

/** The API's function and the bare one, both bundled alike, on a database of their own. */
export interface LambdaStand {
  readonly api: () => Probe;
  readonly bare: () => Probe;
  /** A request to the API as a function URL gives it, with a token of an agent or of a reader. */
  asAgent(request: HttpRequest): unknown;
  asReader(request: HttpRequest): unknown;
  close(): Promise<void>;
}

export const CLUSTER = 'bench';
/** As it is deployed unless configured otherwise. */
export const MEMORY_MB = Number(SETTINGS.memoryMb.fallback);
const ADMIN = 'admin-token-of-the-bench';

export async function setUpLambda(): Promise<LambdaStand> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-bench-lambda-'));
  await bundleApi(join(folder, 'api'));
  await bundleFile(fileURLToPath(new URL('lambda-bare.ts', import.meta.url)), join(folder, 'bare'));
  const database = spawn(process.execPath, [fileURLToPath(new URL('database-process.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(database.stdout), 'line');
  const environment = {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    NODE_OPTIONS: '--enable-source-maps',
    PODLAPSE_TABLE: 'bench',
    PODLAPSE_ADMIN_TOKEN_HASHES: hashToken(ADMIN),
  };
  await makeTable(port);
  const probe = (name: 'api' | 'bare') => () => startProbe(join(folder, name, 'index.mjs'), environment);
  const [agent, reader] = await makeTokens(probe('api')());
  return {
    api: probe('api'),
    bare: probe('bare'),
    asAgent: (request) => functionUrlEvent(bearing(request, agent)),
    asReader: (request) => functionUrlEvent(bearing(request, reader)),
    async close() {
      database.stdin.end();
      await once(database, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startProbe(file: string, environment: Readonly<Record<string, string>>): Probe {
  const child = fork(fileURLToPath(new URL('lambda-probe.ts', import.meta.url)), {
    execArgv: [...nodeArguments(MEMORY_MB)],
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    async invoke(event) {
      child.send({ file, event } satisfies ProbeRequest);
      const answer = await answerOf(child);
      if (answer.statusCode >= 300)
        throw new Error(`status ${answer.statusCode}: ${answer.body.slice(0, 300)}`);
      return answer;
    },
    async peakKb() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    },
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function answerOf(child: ChildProcess): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the function's process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as ProbeAnswer);
    });
  });
}

async function makeTable(port: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  await ensureTable(client, 'bench');
  client.destroy();
}

async function makeTokens(api: Probe): Promise<[agent: string, reader: string]> {
  const make = async (grant: Readonly<Record<string, unknown>>): Promise<string> => {
    const request = {
      method: 'POST',
      path: '/v1/admin/tokens',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(grant),
    };
    const { body } = await api.invoke(functionUrlEvent(bearing(request, ADMIN)));
    return (JSON.parse(body) as { token: string }).token;
  };
  const agent = await make({ kind: 'agent', cluster: CLUSTER });
  const reader = await make({ kind: 'reader', clusters: ['*'] });
  await api.end();
  return [agent, reader];
}

function bearing(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
