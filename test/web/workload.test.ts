import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe.skipIf(missing !== undefined)(`the workload timeline${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    for (const name of ['deployment-rollout', 'node-drain', 'crash-loop', 'docker-restart'])
      await server.record(name, recordingOf(name));
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

  /** Each recording is a cluster and a namespace of its name. */
  const visit = async (scenario: string, kind: string, name: string, more = '') => {
    await page.goto(
      `${server.url}/workload?cluster=${scenario}&namespace=${scenario}&kind=${kind}&name=${name}${more}`,
    );
    await page.getByRole('heading', { name: 'Pods over time' }).waitFor();
  };
  const param = (name: string) => new URL(page.url()).searchParams.get(name);
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const names = () => page.getByRole('list', { name: 'Pods, oldest first' }).getByRole('link');
  const happenings = () => page.locator('.happenings > li');

  it('puts the pods one under another, oldest first, and joins the one that took the other’s place', async () => {
    await visit('deployment-rollout', 'Deployment', 'web');
    expect(await names().allInnerTexts()).toEqual(['web-84cd46f7fb-8gzmx', 'web-d995dfdbf-hzhfn']);
    const tops = await names().evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
    expect(tops[0]).toBeLessThan(tops[1]!);
    const joint = await page.locator('.joint path').boundingBox();
    const bars = await page.locator('.lanes .state-running').evaluateAll((rects) =>
      rects.map((rect) => {
        const { top, bottom } = rect.getBoundingClientRect();
        return { top, bottom };
      }),
    );
    expect(joint!.y).toBeGreaterThan(bars[0]!.top);
    expect(joint!.y + joint!.height).toBeLessThan(bars[1]!.bottom);
    expect(await page.title()).toBe('Deployment/web · podlapse');
    expect(opened.complaints).toEqual([]);
  });

  it('draws a deploy as a vertical line over all pods, and tells which images it brought', async () => {
    await visit('deployment-rollout', 'Deployment', 'web');
    const line = page.locator('.deploy line');
    expect(await line.count()).toBe(1);
    expect(await line.getAttribute('x1')).toBe(await line.getAttribute('x2'));
    expect(await page.locator('.deploy text').textContent()).toBe('deploy d995dfdbf');
    expect(words(await happenings().last().innerText())).toBe(
      '2026-11-24 07:14:45 deploy 84cd46f7fb to d995dfdbf From now on new pods have other images: app: podlapse/probe-me:1 to podlapse/probe-me:2.',
    );
  });

  it('tells why each pod ended, and what took its place', async () => {
    await visit('node-drain', 'Deployment', 'web');
    const told = (await happenings().allInnerTexts()).map(words);
    expect(told.some((text) => /drained web-\S+ replaced by web-\S+/.test(text))).toBe(true);
    expect(await page.getByRole('list', { name: 'What is drawn' }).innerText()).toContain(
      'pod ended: drained',
    );
  });

  it('names the pattern of a crash loop, with its restarts coloured by cause', async () => {
    await visit('crash-loop', 'Pod', 'pod');
    expect(await page.locator('.patterns').innerText()).toMatch(/^crash-loop of app, 2026-11-24/);
    const marks = page.locator('.plot circle.mark');
    expect(await marks.count()).toBe(4);
    expect(await marks.first().evaluate((mark) => getComputedStyle(mark).fill)).toBe('rgb(213, 94, 0)');
  });

  it('marks a restart that was not counted by its shape, and says so', async () => {
    await visit('docker-restart', 'Pod', 'pod');
    expect(await page.locator('.plot path.mark.missed').count()).toBe(1);
    expect(words(await page.locator('.tile.alarm').innerText())).toBe('NOT counted by Kubernetes 1');
    expect(words(await happenings().filter({ hasText: 'container app' }).innerText())).toMatch(
      /^2026-11-24 07:13:26 stopped-externally pod container app, down 99 ms NOT counted /,
    );
  });

  it('gives the facts under the pointer, and on focus', async () => {
    await visit('crash-loop', 'Pod', 'pod');
    const readout = page.locator('.readout');
    const mark = await page.locator('.plot circle.mark').first().boundingBox();
    await page.mouse.move(mark!.x + 4, mark!.y + 4);
    await expect
      .poll(() => readout.innerText(), SOON)
      .toMatch(/^pod: 2026-11-24 07:\d\d:\d\d: app restarted: exited, down/);
    await page.mouse.move(5, 5);
    await names().first().focus();
    await expect
      .poll(() => readout.innerText(), SOON)
      .toMatch(/^pod: not started from 2026-11-24 .*; 4 restarts\.$/);
  });

  it('leads from each pod to its own timeline', async () => {
    await visit('deployment-rollout', 'Deployment', 'web');
    await names().last().click();
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe('/pod');
    expect(param('uid')).toBe('969e0fa6-7175-4b0b-9fce-4953f52b06bc');
    await page.goBack();
    await page.getByRole('heading', { name: 'Pods over time' }).waitFor();
  });

  it('leads to its restarts over time, and to all of its cluster and namespace', async () => {
    await visit('crash-loop', 'Pod', 'pod');
    await page.getByRole('link', { name: 'Its restarts over time' }).click();
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe('/');
    expect([param('cluster'), param('namespace'), param('workload')]).toEqual([
      'crash-loop',
      'crash-loop',
      'Pod/pod',
    ]);
  });

  it('zooms by dragging, by buttons and from a shared link', async () => {
    await visit('crash-loop', 'Pod', 'pod');
    const plot = await page.locator('.plot svg').boundingBox();
    await page.mouse.move(plot!.x + 100, plot!.y + 60);
    await page.mouse.down();
    await page.mouse.move(plot!.x + 400, plot!.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => param('from'), SOON).not.toBeNull();
    const dragged = Date.parse(param('to')!) - Date.parse(param('from')!);
    const { page: shared, ...other } = await browser.open(page.url(), {
      viewport: { width: 1440, height: 900 },
    });
    await shared.getByRole('heading', { name: 'Pods over time' }).waitFor();
    const marks = await page.locator('.plot circle.mark').count();
    await expect.poll(() => shared.locator('.plot circle.mark').count(), SOON).toBe(marks);
    await other.close();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect
      .poll(() => Date.parse(param('to')!) - Date.parse(param('from')!), SOON)
      .toBeLessThan(dragged * 0.6);
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('button', { name: 'Whole time' }).click();
    await expect.poll(() => param('from'), SOON).toBeNull();
    expect(await page.locator('.plot circle.mark').count()).toBe(4);
  });

  it('tells the same in tables, and has nothing that axe finds', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await visit('node-drain', 'Deployment', 'web');
      expect(await page.getByRole('region', { name: 'The pods as a table' }).getByRole('row').count()).toBe(
        3,
      );
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: null });
  });

  it('needs no more than the width that there is, with names over their lanes where it is narrow', async () => {
    for (const width of [360, 1024, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      await visit('deployment-rollout', 'Deployment', 'web');
      await expect.poll(() => page.locator('.lanes.narrow').count(), SOON).toBe(width === 360 ? 1 : 0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('shows hostile names, which do nothing', async () => {
    const hostile = { namespace: LONG_NAME, name: MARKUP_NAME };
    await server.record('hostile', renamed(recordingOf('exit-1'), hostile));
    await page.setViewportSize({ width: 360, height: 900 });
    const query = new URLSearchParams({ cluster: 'hostile', kind: 'Pod', ...hostile });
    await page.goto(`${server.url}/workload?${query}`);
    await page.getByRole('heading', { name: `Pod/${MARKUP_NAME}` }).waitFor();
    await page.getByRole('heading', { name: 'Pods over time' }).waitFor();
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(opened.complaints).toEqual([]);
  });

  it('says what is missing from the link, and what is not recorded', async () => {
    await page.goto(`${server.url}/workload?cluster=crash-loop`);
    await page.getByRole('heading', { name: 'No workload is named' }).waitFor();
    await page.goto(`${server.url}/workload?cluster=crash-loop&namespace=x&kind=Deployment&name=y`);
    expect(await page.getByRole('alert').innerText()).toContain('There is no such workload');
  });
});
