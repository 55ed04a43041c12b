import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageFiles } from '../../../functions/api/pages/page-files.ts';
import { PAGE_PATHS } from '../../../functions/api/routes/page.ts';
import { startTestApi, type TestApi } from '../../support/api.ts';

const HTML = '<!doctype html><title>podlapse</title>';

describe('the page', () => {
  let api: TestApi;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podlapse-page-'));
    await mkdir(join(folder, 'web', 'assets'), { recursive: true });
    await writeFile(join(folder, 'secret.js'), 'beside the page');
    await writeFile(join(folder, 'web', 'index.html'), HTML);
    await writeFile(join(folder, 'web', 'assets', 'index-1a2b.js'), 'export {};'.repeat(200));
    await writeFile(join(folder, 'web', 'assets', 'notes.txt'), 'not of the page');
    api = await startTestApi({ adminTokenHashes: [], page: createPageFiles(join(folder, 'web')) });
  });
  afterAll(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  it.each(PAGE_PATHS)('is at %s, whatever stands in the query, and needs no token', async (path) => {
    const { status, text, headers } = await api.get(
      `${path}?cluster=lab&uid=${encodeURIComponent('"><img')}`,
    );
    expect([status, text]).toEqual([200, HTML]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('may run its own scripts and styles, speak to its own API, and nothing else', async () => {
    const policy = (await api.get('/')).headers.get('content-security-policy');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  it('has files under hashed names that are kept for ever, compressed and conditional', async () => {
    const path = '/assets/index-1a2b.js';
    const { status, headers } = await api.get(path, { 'accept-encoding': 'gzip' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-encoding')).toBe('gzip');
    const again = await api.get(path, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  it.each([
    '/assets/none.js',
    '/assets/notes.txt',
    '/assets/..%2Findex.html',
    '/assets/..%2F..%2Fsecret.js',
    '/assets/%00',
    '/assets/index.html',
  ])('has nothing else: not %s', async (path) => {
    const { status, json } = await api.get(path);
    expect([status, json.type]).toEqual([404, 'https://podlapse.dev/problems/not-found']);
  });
});

describe('an API whose page was not built', () => {
  it('says how to build it', async () => {
    const api = await startTestApi({ page: createPageFiles(join(tmpdir(), 'podlapse-no-such-folder')) });
    const { status, json } = await api.get('/');
    expect(status).toBe(404);
    expect(json.detail).toContain('npm run build:web');
    await api.close();
  });
});
