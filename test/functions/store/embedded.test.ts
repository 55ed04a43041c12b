import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoStore } from '../../../functions/store/dynamo-store.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../../functions/store/embedded.ts';
import { EmbeddedStoreError } from '../../../functions/store/errors.ts';
import { aPodRevision, POD } from '../../support/recorded-events.ts';

const event = aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' });
const storeOn = (database: EmbeddedDatabase) => createDynamoStore({ ...database, clock: Date.now });

describe('the embedded database', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'podlapse-embedded-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps on disk what was put, for the next start', async () => {
    const first = await startEmbeddedDatabase(dataDir);
    await storeOn(first).putEvents('lab', [event]);
    await first.close();
    const second = await startEmbeddedDatabase(dataDir);
    try {
      expect(await storeOn(second).podEvents('lab', POD.uid)).toEqual([event]);
    } finally {
      await second.close();
    }
  });

  it('refuses a folder that another one uses, and says what to do', async () => {
    const first = await startEmbeddedDatabase(dataDir);
    try {
      const second = startEmbeddedDatabase(dataDir);
      await expect(second).rejects.toThrow(EmbeddedStoreError);
      await expect(second).rejects.toThrow(/another podlapse uses the data folder .*PODLAPSE_DATA_DIR/);
    } finally {
      await first.close();
    }
  });

  it('refuses a folder that cannot be one, and says what to do', async () => {
    const start = startEmbeddedDatabase('/dev/null/podlapse');
    await expect(start).rejects.toThrow(/cannot be used .*PODLAPSE_DATA_DIR/);
  });

  it('opens a folder whose last user was killed, with all that was stored', async () => {
    const script = `
      import { startEmbeddedDatabase } from ${JSON.stringify(new URL('../../../functions/store/embedded.ts', import.meta.url).href)};
      import { createDynamoStore } from ${JSON.stringify(new URL('../../../functions/store/dynamo-store.ts', import.meta.url).href)};
      const database = await startEmbeddedDatabase(${JSON.stringify(dataDir)});
      await createDynamoStore({ ...database, clock: Date.now }).putEvents('lab', [${JSON.stringify(event)}]);
      console.log('stored');`;
    const other = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(other.stdout), 'line');
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    const database = await startEmbeddedDatabase(dataDir);
    try {
      expect(await storeOn(database).podEvents('lab', POD.uid)).toEqual([event]);
    } finally {
      await database.close();
    }
  });

  it('speaks to nobody but its own client', async () => {
    const database = await startEmbeddedDatabase();
    try {
      const endpoint = await database.client.config.endpoint?.();
      const address = `http://${endpoint?.hostname}:${endpoint?.port}/`;
      const stranger = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.ListTables',
          authorization: 'AWS4-HMAC-SHA256 Credential=guess/20260301/local/dynamodb/aws4_request',
          origin: 'https://evil.example',
        },
        body: '{}',
      });
      expect(stranger.status).toBe(403);
      expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
      const preflight = await fetch(address, { method: 'OPTIONS' });
      expect(preflight.status).toBe(403);
    } finally {
      await database.close();
    }
  });
});
