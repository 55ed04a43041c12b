import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingForBrowser, startBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { tellHistory } from '../support/pod-history.ts';
import { POD } from '../support/recorded-events.ts';

const missing = missingForBrowser();
const first = tellHistory([{ kind: 'exit-1', ranMs: 60_000, downMs: 3_000 }]);
const both = tellHistory([
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
]);
const PATH = `/pod?cluster=lab&uid=${POD.uid}`;

describe.skipIf(missing !== undefined)(`an open timeline${missing ? ` (${missing})` : ''}`, () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  const watchRestart = async (server: PageServer, path: string, mode: string) => {
    await server.record('lab', first.events);
    const { page, complaints, close } = await browser.open(server.url + path);
    const restarts = page.locator('.lane-chart .row.restarts .pod-mark');
    await expect.poll(() => restarts.count()).toBe(1);
    await page.getByText(mode).waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await server.record('lab', both.events);
    return { page, restarts, complaints, close };
  };

  it('follows new events without a reload, by server-sent events', async () => {
    const server = await startPageServer();
    const { page, restarts, complaints, close } = await watchRestart(server, PATH, 'following');
    await expect.poll(() => restarts.count(), { timeout: 10_000 }).toBe(2);
    await expect.poll(() => page.locator('.lane-chart .pod-mark.missed').count()).toBe(1);
    await expect
      .poll(() => page.locator('.tables button', { hasText: 'Events' }).innerText())
      .toBe(`Events ${both.events.filter(({ source }) => source !== 'agent').length}`);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(complaints).toEqual([]);
    await close();
    await server.close();
  });

  it('asks again and again where the API offers no following, and an unchanged answer costs no body', async () => {
    const server = await startPageServer({ live: false });
    const { page, restarts, close } = await watchRestart(server, PATH, 'asking every few seconds');
    await expect.poll(() => restarts.count(), { timeout: 8_000 }).toBe(2);
    const answer = await page.waitForResponse((response) => response.url().endsWith('/timeline'));
    expect([200, 304]).toContain(answer.status());
    const sizes = await answer.request().sizes();
    expect(sizes.responseBodySize).toBe(0);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await close();
    await server.close();
  });

  it('stays as it is when the reader switches that off', async () => {
    const server = await startPageServer();
    await server.record('lab', first.events);
    const { page, close } = await browser.open(`${server.url}${PATH}&live=off`);
    const restarts = page.locator('.lane-chart .row.restarts .pod-mark');
    await expect.poll(() => restarts.count()).toBe(1);
    await server.record('lab', both.events);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Live' }).click();
    await expect.poll(() => restarts.count()).toBe(2);
    expect(asked.some((url) => url.endsWith('/live'))).toBe(true);
    expect(new URL(page.url()).searchParams.get('live')).toBeNull();
    await close();
    await server.close();
  });
});
