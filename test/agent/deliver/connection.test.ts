import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProxyEnvironment } from '../../../agent/deliver/connection.ts';
import { type Compression, encodeBatch } from '../../../agent/deliver/encode.ts';
import { createPoster } from '../../../agent/deliver/post.ts';
import { makeCertificates } from '../../support/fake-kubernetes/certificates.ts';
import { startForwardProxy } from '../../support/forward-proxy.ts';
import { aDockerEvent, containerId } from '../../support/recorded-events.ts';

/** A name that only the proxy of these tests knows. */
const HOST = 'api.podlapse.example';
const RECEIPT = { accepted: 1, duplicates: 0, rejected: [] };

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podlapse-connection-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An API that takes everything; with `tls`, over HTTPS with a certificate that nobody knows. */
async function anApi(tls?: { readonly cert: Buffer; readonly key: Buffer }) {
  const answer = (_: unknown, response: { end(text: string): void }) => response.end(JSON.stringify(RECEIPT));
  const server = tls === undefined ? createHttpServer(answer) : createHttpsServer(tls, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

interface Given {
  readonly api: string;
  readonly caFile?: string;
  readonly proxy?: ProxyEnvironment;
}

function aPoster({ api, caFile, proxy = {} }: Given) {
  const poster = createPoster({
    api: new URL(api),
    cluster: 'lab',
    caFile,
    proxy,
    compression: 'gzip',
    timeoutMs: 5_000,
    now: () => 0,
    userAgent: 'test',
  });
  onTestFinished(() => poster.close());
  return () => poster.post(Buffer.from(''), new AbortController().signal);
}

const stored = { kind: 'stored', receipt: RECEIPT };

describe('the way to an API with an authority of its own', () => {
  test('is open only to who was given the authority', async () => {
    const folder = await aFolder();
    const { server, caFile } = makeCertificates(folder);
    const api = `https://127.0.0.1:${await anApi(server)}`;

    expect(await aPoster({ api })()).toMatchObject({
      kind: 'unavailable',
      problem: expect.stringMatching(/certificate/),
    });
    expect(await aPoster({ api, caFile })()).toEqual(stored);
  });

  test('opens when the file of authorities changes, without a restart', async () => {
    const [folder, otherFolder] = [await aFolder(), await aFolder()];
    const { server, ca } = makeCertificates(folder);
    const other = makeCertificates(otherFolder);
    const api = `https://127.0.0.1:${await anApi(server)}`;
    const caFile = join(folder, 'authorities.pem');
    await writeFile(caFile, other.ca);
    const post = aPoster({ api, caFile });
    expect(await post()).toMatchObject({ kind: 'unavailable' });

    await writeFile(caFile, Buffer.concat([other.ca, ca]));
    expect(await post()).toEqual(stored);
    expect(await post()).toEqual(stored);
  });

  test('is told as unavailable when the file cannot be read', async () => {
    const post = aPoster({ api: 'https://127.0.0.1:1', caFile: '/nonexistent/ca.crt' });

    expect(await post()).toMatchObject({
      kind: 'unavailable',
      problem: expect.stringMatching(/^its authority cannot be read \(ENOENT/),
    });
  });
});

describe('a proxy on the way', () => {
  async function aProxy() {
    const proxy = await startForwardProxy();
    onTestFinished(() => proxy.close());
    return proxy;
  }

  test('is asked for a tunnel to an API with HTTPS', async () => {
    const { server, caFile } = makeCertificates(await aFolder(), HOST);
    const port = await anApi(server);
    const proxy = await aProxy();
    const post = aPoster({ api: `https://${HOST}:${port}`, caFile, proxy: { HTTPS_PROXY: proxy.url } });

    expect([await post(), await post()]).toEqual([stored, stored]);
    expect(proxy.asked).toEqual([`CONNECT ${HOST}:${port}`]);
  });

  test('is asked for each request to an API with HTTP', async () => {
    const port = await anApi();
    const proxy = await aProxy();
    const post = aPoster({ api: `http://${HOST}:${port}/base`, proxy: { http_proxy: proxy.url } });

    expect(await post()).toEqual(stored);
    expect(proxy.asked).toEqual([`POST http://${HOST}:${port}/base/v1/clusters/lab/events`]);
  });

  test.each([HOST, '.podlapse.example', `other,${HOST}`, '*'])(
    'is not taken where NO_PROXY is %s',
    async (no) => {
      const proxy = await aProxy();
      const post = aPoster({
        api: `http://${HOST}:${await anApi()}`,
        proxy: { HTTP_PROXY: proxy.url, NO_PROXY: no },
      });

      expect(await post()).toMatchObject({ kind: 'unavailable' });
      expect(proxy.asked).toEqual([]);
    },
  );

  test.each(['127.0.0.1', 'localhost'])('is never taken to %s', async (host) => {
    const proxy = await aProxy();
    const post = aPoster({ api: `http://${host}:${await anApi()}`, proxy: { HTTP_PROXY: proxy.url } });

    expect(await post()).toEqual(stored);
    expect(proxy.asked).toEqual([]);
  });

  test('that is away is told, without the password that stands in its address', async () => {
    const post = aPoster({
      api: `https://${HOST}`,
      proxy: { HTTPS_PROXY: 'http://user:hunter2@127.0.0.1:1' },
    });
    const answer = await post();

    expect(answer).toMatchObject({ kind: 'unavailable', problem: expect.stringMatching(/ECONNREFUSED/) });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

test.each<[Compression, (body: Buffer) => Buffer]>([
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
])('a batch is NDJSON as %s', async (compression, decompress) => {
  const events = ['a', 'b'].map((word) =>
    aDockerEvent({ action: 'die', occurredAt: '2026-01-31T08:00:00Z', containerId: containerId(word) }),
  );
  const texts = events.map((event) => JSON.stringify(event));
  const body = await encodeBatch(texts, compression);

  expect(decompress(body).toString()).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
});
