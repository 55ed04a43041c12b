import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleFile } from '../../infra/bundle.ts';

const SDK = fileURLToPath(new URL('../../node_modules/@aws-sdk/client-dynamodb', import.meta.url));

let folder: string;
let inputs: readonly string[];
let ask: () => Promise<unknown>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-leave-out-'));
  await writeFile(
    join(folder, 'index.ts'),
    `import { DynamoDBClient, ListTablesCommand } from ${JSON.stringify(SDK)};
     const client = new DynamoDBClient({ region: 'local', endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
     export const handler = () => client.send(new ListTablesCommand({}));`,
  );
  ({ inputs } = await bundleFile(join(folder, 'index.ts'), join(folder, 'out')));
  ({ handler: ask } = await import(pathToFileURL(join(folder, 'out/index.mjs')).href));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('a bundle', () => {
  it('holds no sources of credentials but the environment', () => {
    expect(inputs.some((path) => path.includes('credential-provider-env'))).toBe(true);
    expect(inputs.filter((path) => /node_modules.*(?:sso|imds|nested-clients|bowser)/.test(path))).toEqual(
      [],
    );
  });

  it('says so where the environment has none', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    await expect(ask()).rejects.toThrow('credentials are those of the environment');
  });

  it('takes those of the environment, as Lambda sets them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
  });
});
