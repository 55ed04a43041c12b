import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { serve } from '@hono/node-server';
import { createApi } from '../functions/api/api.ts';
import { createTokenDesk } from '../functions/api/identity/token-desk.ts';
import { createLoopbackAccess } from '../functions/api/loopback-access.ts';
import { createJsonLog } from '../functions/log.ts';
import { createDynamoStore } from '../functions/store/dynamo-store.ts';
import { createRegistrationTable } from '../functions/store/registration-store.ts';
import type { Store } from '../functions/store/store.ts';
import { ensureTable } from '../functions/store/table.ts';
import { createTokenTable } from '../functions/store/token-table.ts';

/** The API on a real socket, and the database that it and the bare work share. */
export interface Deployment {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly store: Store;
  get(path: string): Promise<Buffer>;
  post(path: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<Buffer>;
  close(): Promise<void>;
}

const TABLE_NAME = 'bench';

/** Starts dynalite as a process and the API in this one, from which the bare requests are sent too. */
export async function deploy(): Promise<Deployment> {
  const database = spawn(process.execPath, [fileURLToPath(new URL('database-process.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [databasePort] = await once(createInterface(database.stdout), 'line');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${databasePort}`,
    region: 'local',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  await ensureTable(client, TABLE_NAME);
  const store = createDynamoStore({ client, tableName: TABLE_NAME, clock: Date.now });
  const api = createApi({
    store,
    authorise: createLoopbackAccess(),
    tokens: createTokenDesk({
      tokens: createTokenTable({ client, tableName: TABLE_NAME }),
      clock: Date.now,
      randomBytes,
    }),
    registrations: createRegistrationTable({ client, tableName: TABLE_NAME }),
    log: createJsonLog((line) => process.stderr.write(line), Date.now),
    clock: Date.now,
    randomId: () => crypto.randomUUID(),
  });
  const server = serve({ fetch: api.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const options = { agent, host: '127.0.0.1', port: (server.address() as AddressInfo).port };

  return {
    client,
    tableName: TABLE_NAME,
    store,
    get: (path) => answerTo(request({ ...options, path }).end()),
    post: (path, body, headers) =>
      answerTo(
        request({
          ...options,
          path,
          method: 'POST',
          headers: { ...headers, 'content-length': body.length },
        }).end(body),
      ),
    close: async () => {
      agent.destroy();
      server.close();
      client.destroy();
      database.stdin.end();
      await once(database, 'exit');
    },
  };
}

async function answerTo(sent: ClientRequest): Promise<Buffer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (response.statusCode !== 200)
    throw new Error(`status ${response.statusCode}: ${body.toString().slice(0, 300)}`);
  return body;
}
