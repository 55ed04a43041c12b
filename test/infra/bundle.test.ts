import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../functions/api/identity/token.ts';
import { type Bundle, bundleApi, bundleFunction } from '../../infra/bundle.ts';
import { ndjson } from '../support/api.ts';
import { type Engine, startDynalite } from '../support/dynamodb.ts';
import { aPodRevision, POD } from '../support/recorded-events.ts';
import { AGENT_SUBJECT, startIssuer } from '../support/token-issuer.ts';

let folder: string;
let bundle: Bundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podlapse-bundle-'));
  bundle = await bundleApi(join(folder, 'api'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the bundle of the API', () => {
  it('holds neither the embedded database nor the CDK', async () => {
    expect(bundle.inputs.some((path) => path.includes('client-dynamodb'))).toBe(true);
    expect(
      bundle.inputs.filter((path) => /dynalite|classic-level|aws-cdk-lib|functions\/local/.test(path)),
    ).toEqual([]);
    expect(await readdir(bundle.folder)).toContain('index.mjs');
  });

  describe('loaded as Lambda loads it', () => {
    let engine: Engine;
    let handler: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
    beforeAll(async () => {
      engine = await startDynalite();
      await stubAws(engine);
      vi.stubEnv('PODLAPSE_ADMIN_TOKEN_HASHES', hashToken('admin'));
      ({ handler } = await import(pathToFileURL(join(bundle.folder, 'index.mjs')).href));
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await engine.close();
    });

    it('answers the events of a function URL, from ingest to the picture', async () => {
      const make = async (grant: Record<string, unknown>): Promise<string> => {
        const made = await handler(urlEvent('POST', '/v1/admin/tokens', 'admin', JSON.stringify(grant)));
        return JSON.parse(made.body ?? '').token;
      };
      const agent = await make({ kind: 'agent', cluster: 'lab' });
      const reader = await make({ kind: 'reader', clusters: ['*'] });
      const events = [aPodRevision({ occurredAt: '2026-03-01T10:00:00Z', resourceVersion: '1' })];
      const put = await handler(urlEvent('POST', '/v1/clusters/lab/events', agent, ndjson(events)));
      expect(JSON.parse(put.body ?? '')).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
      const path = `/v1/clusters/lab/pods/${POD.uid}/timeline`;
      const json = await handler(urlEvent('GET', path, reader));
      expect(JSON.parse(json.body ?? '').pod).toMatchObject({ cluster: 'lab', uid: POD.uid });
      const svg = await handler(urlEvent('GET', `${path}?format=svg`, reader));
      expect(svg.isBase64Encoded).toBe(false);
      expect(svg.body).toMatch(/^<svg|^<\?xml/);
      expect((await handler(urlEvent('GET', '/openapi.json'))).statusCode).toBe(200);
      expect((await handler(urlEvent('GET', '/readyz'))).statusCode).toBe(200);
    });

    it('serves the page that lies beside it, to anyone', async () => {
      await mkdir(join(bundle.folder, 'web', 'assets'), { recursive: true });
      await writeFile(join(bundle.folder, 'web', 'index.html'), '<!doctype html><title>podlapse</title>');
      await writeFile(join(bundle.folder, 'web', 'assets', 'page-1a2b.js'), 'export {};');
      const page = await handler(urlEvent('GET', '/pod?cluster=lab'));
      expect(page).toMatchObject({ statusCode: 200, body: '<!doctype html><title>podlapse</title>' });
      const script = await handler(urlEvent('GET', '/assets/page-1a2b.js'));
      expect(script.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' });
    });

    it('lets nobody in without a token, nor with a ServiceAccount’s of a cluster that is not registered', async () => {
      expect((await handler(urlEvent('GET', '/v1/clusters'))).statusCode).toBe(401);
      const put = await handler(urlEvent('POST', '/v1/clusters/lab/events', 'e30.e30.AA', ''));
      expect(put.statusCode).toBe(401);
    });

    it('takes the ServiceAccount tokens of a cluster that is', async () => {
      const issuer = await startIssuer();
      const registration = {
        tokenIssuer: {
          issuer: 'https://issuer.example',
          subjects: [AGENT_SUBJECT],
          jwks: { keys: issuer.keys },
        },
      };
      const put = urlEvent('PUT', '/v1/admin/clusters/by-token', 'admin', JSON.stringify(registration));
      expect((await handler(put)).statusCode).toBe(200);
      const token = await issuer.sign(Date.now(), { claims: { iss: 'https://issuer.example' } });
      const post = await handler(urlEvent('POST', '/v1/clusters/by-token/events', token, ''));
      expect(post.body).toBe('{"accepted":0,"duplicates":0,"rejected":[]}');
      await issuer.close();
    });
  });
});

describe('the bundles of what runs beside the API', () => {
  const load = async (entry: 'archive' | 'silence') => {
    const made = await bundleFunction(entry, join(folder, entry));
    return import(pathToFileURL(join(made.folder, 'index.mjs')).href);
  };

  it('answer Firehose, and are small where no database is needed', async () => {
    const { handler } = await load('archive');
    expect(await handler({ records: [{ recordId: '1', data: 'e30=' }] })).toEqual({
      records: [{ recordId: '1', data: 'e30=', result: 'ProcessingFailed' }],
    });
    const { size } = await stat(join(folder, 'archive', 'index.mjs'));
    expect(size).toBeLessThan(60_000);
  });

  it('look for silence in the table that they are told', async () => {
    const engine = await startDynalite();
    await stubAws(engine);
    vi.stubEnv('PODLAPSE_STAGE', 'prod');
    vi.stubEnv('PODLAPSE_SILENCE_MINUTES', '60');
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { handler } = await load('silence');
    await handler();
    const lines = written.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('_aws'));
    written.mockRestore();
    vi.unstubAllEnvs();
    await engine.close();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ Clusters: 0, BatchAgeSeconds: 0 }]);
  });
});

/** Makes the environment that of a function whose AWS is an engine of ours. */
async function stubAws({ client, tableName }: Engine): Promise<void> {
  const endpoint = await client.config.endpoint?.();
  const { accessKeyId, secretAccessKey } = await client.config.credentials();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv('AWS_REGION', 'local');
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('PODLAPSE_TABLE', tableName);
}

function urlEvent(
  method: string,
  pathAndQuery: string,
  token?: string,
  body?: string,
): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = pathAndQuery.split('?');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: {
      host: 'abc.lambda-url.eu-west-1.on.aws',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': contentTypeOf(pathAndQuery) }),
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-west-1.on.aws',
      domainPrefix: 'abc',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '01/Mar/2026:10:00:00 +0000',
      timeEpoch: 1_772_359_200_000,
    },
    isBase64Encoded: body !== undefined,
    ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64') }),
  };
}

function contentTypeOf(path: string): string {
  return path.startsWith('/v1/admin/') ? 'application/json' : 'application/x-ndjson';
}
