import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EmbeddedStoreError } from './errors.ts';
import { ensureTable } from './table.ts';

export interface EmbeddedDatabase {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Waits for what is under way, then closes the files. */
  close(): Promise<void>;
}

const TABLE_NAME = 'podlapse';

type Dynalite = (options: {
  path?: string;
  createTableMs: number;
  deleteTableMs: number;
  updateTableMs: number;
}) => Server;

/**
 * dynalite in this process, with our table in it: on disk in `dataDir`, or in memory without one. Only the client that
 * is given here can speak to it: dynalite itself takes any request, even one that a web page sends to the loopback
 * port, so that each database has an access key of its own and refuses all else.
 *
 * @throws EmbeddedStoreError where the folder cannot be used, or another process uses it.
 */
export async function startEmbeddedDatabase(dataDir?: string): Promise<EmbeddedDatabase> {
  const path = dataDir === undefined ? undefined : join(dataDir, 'dynamodb');
  if (path !== undefined) await checkFolder(path);
  const accessKeyId = `PODLAPSE${randomBytes(16).toString('hex').toUpperCase()}`;
  const server = startDynalite(path);
  admitOnly(server, accessKeyId);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId, secretAccessKey: 'embedded' },
  });
  const close = async (): Promise<void> => {
    client.destroy();
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeIdleConnections();
    });
  };
  try {
    await ensureTable(client, TABLE_NAME);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, tableName: TABLE_NAME, close };
}

const require = createRequire(import.meta.url);

/** dynalite is loaded only here, when it is needed: its own waits, for the sake of realism, are switched off. */
function startDynalite(path: string | undefined): Server {
  const dynalite: Dynalite = require('dynalite');
  return dynalite({
    ...(path === undefined ? {} : { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
}

/**
 * Opens and closes the files once before dynalite does: where it cannot, it throws out of a callback and takes the
 * process with it. LevelDB's lock is the operating system's, so one left behind by a crash is no lock.
 */
async function checkFolder(path: string): Promise<void> {
  const { Level } = createRequire(require.resolve('dynalite'))('level');
  const level: { open(): Promise<void>; close(): Promise<void> } = new Level(path, { valueEncoding: 'json' });
  try {
    await mkdir(path, { recursive: true });
    await level.open();
  } catch (error) {
    const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
      throw new EmbeddedStoreError(
        `another podlapse uses the data folder ${path}; stop it, or set PODLAPSE_DATA_DIR to another folder`,
        error,
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedStoreError(
      `the data folder ${path} cannot be used (${reason}); set PODLAPSE_DATA_DIR to one that can be written`,
      error,
    );
  }
  await level.close();
}

function admitOnly(server: Server, accessKeyId: string): void {
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!(request.headers.authorization ?? '').includes(`Credential=${accessKeyId}/`)) {
      response.writeHead(403, { connection: 'close' }).end();
      return;
    }
    for (const handle of handlers) Reflect.apply(handle, server, [request, response]);
  });
}
