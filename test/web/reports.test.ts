import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../functions/api/identity/token.ts';
import {
  axeFindings,
  missingForBrowser,
  type OpenPage,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts';
import { LONG_NAME, MARKUP_NAME, renamed } from '../support/hostile-names.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { recordingOf } from '../support/recording.ts';

const missing = missingForBrowser();
const SOON = { timeout: 10_000 };
/** The two hours before the recordings of the lab end, so that the first ones are in the stretch before. */
const SPAN = 'from=2026-11-24T07:15:00.000Z&to=2026-11-24T09:15:00.000Z';
const RECORDED = {
  prod: ['crash-loop', 'oom-kill'],
  staging: ['exit-1', 'sandbox-kill'],
  edge: ['docker-restart'],
} as const;

describe.skipIf(missing !== undefined)(`the report${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    for (const [cluster, names] of Object.entries(RECORDED)) {
      for (const name of names) await server.record(cluster, recordingOf(name));
    }
    opened = await browser.open(server.url, { viewport: { width: 1440, height: 900 } });
    ({ page } = opened);
  });
  beforeEach(() => {
    opened.complaints.length = 0;
  });
  afterAll(async () => {
    await opened?.close();
    await browser?.close();
    await server?.close();
  });

  const visit = async (query = SPAN) => {
    await page.goto(`${server.url}/report?${query}`);
    await page.getByRole('heading', { name: /^(Groups|No restarts)/ }).waitFor();
  };
  const param = (name: string) => new URL(page.url()).searchParams.get(name);
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const rows = async () => (await page.locator('table.report tbody tr').allInnerTexts()).map(words);
  const read = async (query: string) =>
    (await server.api.get(`/v1/reports/restarts?${SPAN}&order=harm&compare=previous&${query}`)).json;

  it('tells the groups as the API does, the worst first, compared with the time before', async () => {
    await visit(`${SPAN}&by=cluster,cause`);
    const { groups, totals, previous } = await read('by=cluster,cause');
    expect(groups.length).toBeGreaterThan(1);
    const told = await rows();
    expect(told.map((row) => row.split(' ').slice(0, 3))).toEqual(
      groups.map(({ key, restarts }: { key: Record<string, string>; restarts: number }) => [
        key['cluster'],
        key['cause'],
        String(restarts),
      ]),
    );
    const tile = page.locator('.tile').first();
    const change = totals.restarts - previous.totals.restarts;
    expect(words(await tile.innerText())).toBe(
      `Restarts ${totals.restarts} ${change < 0 ? '−' : '+'}${Math.abs(change)} (before: ${previous.totals.restarts})`,
    );
    expect(opened.complaints).toEqual([]);
  });

  it('is built by clicks, which the URL keeps; Back takes the last one back', async () => {
    await visit();
    await page.getByRole('heading', { name: 'Restarts by cluster', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Cause' }).click();
    await page.getByRole('heading', { name: 'Restarts by cluster, cause', level: 1 }).waitFor();
    expect(param('by')).toBe('cluster,cause');
    await page.getByRole('button', { name: /^Cluster/ }).click();
    await page.getByLabel('In pieces of').selectOption('hour');
    await page.getByRole('heading', { name: 'Restarts by cause, per hour', level: 1 }).waitFor();
    await page.getByLabel('Worst by').selectOption('uncounted');
    await page.getByLabel('Compare with the time before').uncheck();
    await expect.poll(() => [param('order'), param('compare')], SOON).toEqual(['uncounted', 'no']);
    await expect.poll(() => page.locator('.change').count(), SOON).toBe(0);
    await page.goBack();
    await expect.poll(() => param('compare'), SOON).toBeNull();
    await expect.poll(() => page.locator('.change').count(), SOON).toBeGreaterThan(0);
  });

  it('draws its pieces as bars over time, and tells the same in a table', async () => {
    await visit(`${SPAN}&by=cause&interval=hour`);
    const { pieces, totals } = await read('by=cause&interval=hour');
    const filled = pieces.flatMap(({ groups }: { groups: { restarts: number }[] }) =>
      groups.filter(({ restarts }) => restarts > 0),
    );
    expect(await page.locator('.stacked-bars .layer').count()).toBe(filled.length);
    await page.getByText('The chart as a table').click();
    const counts = (await page.locator('.as-table tbody tr').allInnerTexts()).map((row) =>
      Number(row.trim().split(/\s+/).at(-1)),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(totals.restarts);
  });

  it('leads from a group to its restarts, in the same stretch of time', async () => {
    await visit(`${SPAN}&by=cause,cluster`);
    await page.getByRole('link', { name: 'exited' }).first().click();
    await page.getByRole('heading', { name: 'Restarts by cause' }).waitFor();
    expect([param('cause'), param('cluster'), param('from')]).toEqual([
      'exited',
      'prod',
      '2026-11-24T07:15:00.000Z',
    ]);
  });

  it('is taken away as CSV, just as the API gives it', async () => {
    await visit(`${SPAN}&by=cluster,cause&interval=hour&compare=no`);
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('restarts-2026-11-24-2026-11-24.csv');
    const csv = await readFile(await download.path(), 'utf8');
    const expected = await server.api.get(
      `/v1/reports/restarts?${SPAN}&order=harm&by=cluster,cause&interval=hour&top=50&format=csv`,
    );
    expect(csv).toBe(expected.text);
    expect(csv).toMatch(/^from,to,cluster,cause,restarts,/);
  });

  it('says when the CSV cannot be had', async () => {
    await visit();
    await page.route('**/v1/reports/restarts*format=csv*', (route) => route.abort());
    await page.getByRole('button', { name: 'Download CSV' }).click();
    expect(words(await page.getByRole('alert').innerText())).toMatch(/^The API cannot be reached /);
    await page.unroute('**/v1/reports/restarts*format=csv*');
  });

  it('prints as ink on paper: what it is, its figures, chart and table, and no controls', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await visit(`${SPAN}&by=cluster&interval=hour`);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).color)).toBe('rgb(0, 0, 0)');
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    expect(await page.locator('.page-header').isVisible()).toBe(false);
    for (const shown of ['h1', '.stacked-bars svg', 'table.report'])
      expect(await page.locator(shown).first().isVisible()).toBe(true);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2);
    await page.emulateMedia({ media: null, colorScheme: null });
  });

  it('has nothing that axe finds, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await visit(`${SPAN}&by=cluster,cause&interval=hour`);
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: null });
  });

  it('needs no more than the width that there is, and shows hostile names, which do nothing', async () => {
    await server.record(
      'hostile',
      renamed(recordingOf('exit-1'), { namespace: MARKUP_NAME, name: LONG_NAME }),
    );
    for (const width of [360, 1024, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      await visit(`${SPAN}&by=namespace,workload&interval=hour`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    expect((await rows()).join('\n')).toContain(`${MARKUP_NAME} Pod/${LONG_NAME}`);
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
    expect(opened.complaints).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('says so when there is nothing to tell', async () => {
    await visit('from=2025-01-01T00:00:00.000Z&to=2025-01-02T00:00:00.000Z');
    expect(await page.getByRole('heading', { level: 2 }).last().innerText()).toBe(
      'No restarts in this stretch of time',
    );
  });
});

describe.skipIf(missing !== undefined)('the report of an API that asks for tokens', () => {
  it('is taken away as CSV with the token, which is in no URL', async () => {
    const [server, browser] = await Promise.all([
      startPageServer({ adminTokenHashes: [hashToken('podlapse_admin')] }),
      startBrowser(),
    ]);
    await server.api.store.putEvents('prod', recordingOf('crash-loop'));
    const { token } = await server.api.tokens.make({
      kind: 'reader',
      clusters: ['prod'],
      description: '',
      expiresAt: null,
      requestsPerMinute: null,
    });
    const { page } = await browser.open(`${server.url}/report?${SPAN}`);
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await page.locator('table.report').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const csv = await readFile(await (await waiting).path(), 'utf8');
    expect(csv.split('\r\n')[1]).toContain(',prod,4,4,0,');
    expect(asked.filter((url) => url.includes(token))).toEqual([]);
    await browser.close();
    await server.close();
  });
});
