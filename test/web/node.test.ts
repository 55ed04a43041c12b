import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFindings,
  missingForBrowser,
  type OpenPage,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts';
import { LONG_NAME, MARKUP_NAME, renamed } from '../support/hostile-names.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { tellHistory } from '../support/pod-history.ts';
import { containerId, POD } from '../support/recorded-events.ts';
import { recordingOf } from '../support/recording.ts';

const missing = missingForBrowser();
const SOON = { timeout: 10_000 };

/** The same history of several pods of one node, each with containers of its own. */
function pods(count: number, history: ReturnType<typeof tellHistory>) {
  return Array.from({ length: count }, (_, index) =>
    JSON.parse(
      JSON.stringify(history.events)
        .replaceAll(POD.uid, `uid-${index}`)
        .replaceAll(`"name":"${POD.name}"`, `"name":"web-${index}"`)
        .replaceAll(/[0-9a-f]{64}/g, (id) => containerId(`${id} ${index}`)),
    ),
  ).flat();
}

describe.skipIf(missing !== undefined)(`the node timeline${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    await server.record(
      'storm',
      pods(12, tellHistory([{ kind: 'docker-kill', ranMs: 60_000, downMs: 900 }])),
    );
    await server.record('docker-restart', recordingOf('docker-restart'));
    opened = await browser.open(server.url, { viewport: { width: 1280, height: 900 } });
    ({ page } = opened);
  });
  afterAll(async () => {
    await opened?.close();
    await browser?.close();
    await server?.close();
  });

  const visit = async (cluster: string, node: string) => {
    await page.goto(`${server.url}/node?${new URLSearchParams({ cluster, node })}`);
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  };
  const tiles = async () =>
    (await page.locator('.tile').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());

  it('tells an incident once, with all that it concerned', async () => {
    await visit('storm', 'node1');
    expect(await tiles()).toEqual([
      'Incidents 1',
      'Containers and pods in them 12',
      'Other restarts 0',
      'of these NOT counted 0',
    ]);
    const incident = page.locator('.incidents > li');
    expect(await incident.innerText()).toMatch(/^\s*mass-kill 2026-03-01 10:01:/);
    expect(await incident.getByRole('listitem').count()).toBe(12);
    expect(await page.locator('.plot rect').count()).toBe(1);
    expect(await page.title()).toBe('Node node1 · podlapse');
    await incident.getByRole('link', { name: 'shop/web-0' }).click();
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe('/pod');
    expect(opened.complaints).toEqual([]);
  });

  it('lists the restarts that are in no incident, and marks one that was not counted', async () => {
    await visit('docker-restart', 'lab-node');
    const listed = page.getByRole('list', { name: 'Other restarts, newest first' }).getByRole('listitem');
    expect((await listed.innerText()).replace(/\s+/g, ' ').trim()).toBe(
      '2026-11-24 07:13:26 stopped-externally NOT counted pod container app docker-restart down 99 ms',
    );
    expect(await page.locator('.plot path.mark.missed').count()).toBe(1);
  });

  it('zooms, and keeps that in the URL', async () => {
    await visit('storm', 'node1');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('from'), SOON).not.toBeNull();
    await page.getByRole('button', { name: 'Whole time' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('from'), SOON).toBeNull();
  });

  it('has nothing that axe finds, and needs no more than the width that there is', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [360, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        await visit('storm', 'node1');
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await axeFindings(page)).toEqual([]);
      }
    }
    await page.emulateMedia({ colorScheme: null });
  });

  it('shows hostile names, which do nothing', async () => {
    await server.record(
      'hostile',
      renamed(recordingOf('exit-1'), { namespace: LONG_NAME, name: MARKUP_NAME }),
    );
    await page.setViewportSize({ width: 360, height: 900 });
    await visit('hostile', 'lab-node');
    expect(await page.locator('main').innerText()).toContain(MARKUP_NAME);
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  it('says what is missing from the link, and what is not recorded', async () => {
    await page.goto(`${server.url}/node`);
    await page.getByRole('heading', { name: 'No node is named' }).waitFor();
    await page.goto(`${server.url}/node?cluster=storm&node=nowhere`);
    expect(await page.getByRole('alert').innerText()).toContain('There is no such node');
  });
});
