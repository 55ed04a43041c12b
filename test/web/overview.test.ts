import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  axeFindings,
  missingForBrowser,
  type OpenPage,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts';
import { LONG_NAME, MARKUP_NAME, renamed, TURNING_NAME } from '../support/hostile-names.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { recordingOf } from '../support/recording.ts';

const missing = missingForBrowser();
const SOON = { timeout: 10_000 };
/** The morning on which the lab's recordings were made. */
const SPAN = 'from=2026-11-24T07:00:00.000Z&to=2026-11-24T08:00:00.000Z';
const RECORDED = {
  prod: ['crash-loop', 'oom-kill', 'deployment-rollout'],
  staging: ['exit-1', 'liveness-probe', 'sandbox-kill'],
  edge: ['docker-restart'],
} as const;

describe.skipIf(missing !== undefined)(`the overview${missing ? ` (${missing})` : ''}`, () => {
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
    await page.goto(`${server.url}/?${query}`);
    await page.getByRole('heading', { name: 'Restarts by cause' }).waitFor();
  };
  const param = (name: string) => new URL(page.url()).searchParams.get(name);
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  const tile = async (label: string) =>
    page.locator('.tile', { hasText: label }).locator('.figure').innerText();
  const recent = () =>
    page.getByRole('list', { name: 'Recent restarts, newest first' }).getByRole('listitem');
  const chart = () => page.getByRole('slider', { name: /^Restarts by cause/ });
  const read = async (path: string) => (await server.api.get(path)).json;

  it('says in a few numbers what happened, as the API has it', async () => {
    await visit();
    const { totals } = await read(`/v1/reports/restarts?${SPAN}`);
    expect(await tile('Restarts')).toBe(String(totals.restarts));
    expect(await tile('Not counted by Kubernetes')).toBe('1');
    expect(await page.locator('.tile.alarm').count()).toBe(1);
    expect(await page.title()).toBe('Overview · podlapse');
    expect(opened.complaints).toEqual([]);
  });

  it('calls out the restarts that Kubernetes did not count', async () => {
    await visit();
    const callout = page.locator('.uncounted');
    expect(await callout.getByRole('heading').innerText()).toMatch(
      /^Kubernetes did not count 1 of \d+ restarts$/,
    );
    expect(words(await callout.getByRole('listitem').innerText())).toMatch(
      /^2026-11-24 07:\d\d:\d\d stopped-externally NOT counted pod container app edge · docker-restart · lab-node down 99 ms$/,
    );
    await callout.getByRole('link', { name: 'Only those not counted' }).click();
    await expect.poll(() => recent().count(), SOON).toBe(1);
    expect(param('counted')).toBe('false');
    expect(await page.locator('.uncounted').count()).toBe(0);
  });

  it('stacks restarts over time by cause, and tells the same in a table', async () => {
    await visit();
    const { items } = await read(`/v1/restarts?${SPAN}`);
    const causes = new Set(items.map(({ cause }: { cause: string }) => cause));
    const legend = page.getByRole('list', { name: /^Causes/ }).getByRole('listitem');
    expect(await legend.count()).toBe(causes.size);
    await page.getByText('The chart as a table').click();
    const rows = await page.locator('.as-table tbody tr').allInnerTexts();
    const counted = rows.map((row) => Number(row.trim().split(/\s+/).at(-1)));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(items.length);
    const drawn = await page.locator('.stacked-bars .layer').evaluateAll((layers) =>
      layers.map((layer) => ({
        fill: layer.getAttribute('fill') ?? '',
        height: Number(layer.getAttribute('height')),
      })),
    );
    expect(new Set(drawn.map(({ fill }) => fill)).size).toBe(causes.size);
    const unit = Math.min(...drawn.map(({ height }) => height));
    const units = drawn.reduce((sum, { height }) => sum + Math.round(height / unit), 0);
    expect(units).toBe(items.length);
  });

  it('tells a bar under the pointer, and zooms to what is dragged over; Back returns', async () => {
    await visit();
    const before = await recent().count();
    const layer = await page.locator('.stacked-bars .layer').last().boundingBox();
    await page.mouse.move(layer!.x + 2, layer!.y + 2);
    await expect
      .poll(() => page.locator('.readout').innerText())
      .toMatch(/^2026-11-24 07:\d\d to .* restart/);
    await page.mouse.down();
    await page.mouse.move(layer!.x + 30, layer!.y + 20, { steps: 4 });
    expect(await page.locator('.plot .brush').count()).toBe(1);
    await page.mouse.up();
    await expect.poll(() => param('from'), SOON).not.toBe('2026-11-24T07:00:00.000Z');
    const length = Date.parse(param('to')!) - Date.parse(param('from')!);
    expect(length).toBeLessThan(300_000);
    await expect.poll(() => recent().count(), SOON).toBeLessThan(before);
    await page.goBack();
    await expect.poll(() => recent().count(), SOON).toBe(before);
    expect(param('from')).toBe('2026-11-24T07:00:00.000Z');
  });

  it('does the same by keyboard alone', async () => {
    await visit();
    await chart().focus();
    const valueText = () => chart().getAttribute('aria-valuetext');
    expect(await valueText()).toBe('no bar chosen');
    await page.keyboard.press('Home');
    expect(await valueText()).toBe('2026-11-24 07:00 to 07:02: 0 restarts');
    for (let steps = 0; steps < 40 && (await valueText())!.endsWith(': 0 restarts'); steps += 1)
      await page.keyboard.press('ArrowRight');
    const said = await valueText();
    expect(said).toMatch(/: \d+ restarts?: /);
    await page.keyboard.press('Enter');
    await expect.poll(() => param('from'), SOON).toMatch(/^2026-11-24T07:\d\d:00\.000Z$/);
    expect(said).toContain(param('from')!.slice(11, 16));
    await expect.poll(() => recent().count(), SOON).toBeLessThan(10);
    expect(await chart().evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('shows the last hours or days by a click, and keeps that in the URL', async () => {
    await visit();
    await page.getByRole('button', { name: '7d' }).click();
    await expect.poll(() => param('range'), SOON).toBe('7d');
    expect([param('from'), param('to')]).toEqual([null, null]);
    await page.getByRole('button', { name: '7d', pressed: true }).waitFor();
    await page.goBack();
    await expect.poll(() => param('range'), SOON).toBeNull();
  });

  it('filters by what is chosen, and opens just so from a link that was shared', async () => {
    await visit();
    await page.getByLabel('Cluster', { exact: true }).selectOption('staging');
    await page.getByLabel('Cause', { exact: true }).selectOption('exited');
    await expect.poll(() => [param('cluster'), param('cause')], SOON).toEqual(['staging', 'exited']);
    await expect
      .poll(async () => words((await recent().allInnerTexts()).join(' ')), SOON)
      .not.toContain('prod');
    const count = await recent().count();
    expect(count).toBe(3);
    const shared = await browser.open(page.url());
    await expect.poll(() => shared.page.locator('.recent li').count(), SOON).toBe(count);
    expect(await shared.page.getByLabel('Cause', { exact: true }).inputValue()).toBe('exited');
    await shared.close();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => recent().count(), SOON).toBeGreaterThan(count);
    expect(param('cluster')).toBeNull();
  });

  it('filters by namespace and workload, and says how a workload is written', async () => {
    await visit();
    await page.getByLabel('Namespace', { exact: true }).fill('crash-loop');
    await page.keyboard.press('Enter');
    await expect.poll(() => param('namespace'), SOON).toBe('crash-loop');
    await page.getByLabel('Workload', { exact: true }).fill('pod');
    await page.keyboard.press('Tab');
    expect(param('workload')).toBeNull();
    await page.getByLabel('Workload', { exact: true }).fill('Pod/pod');
    await page.keyboard.press('Tab');
    await expect.poll(() => param('workload'), SOON).toBe('Pod/pod');
    await expect.poll(() => recent().count(), SOON).toBe(4);
  });

  it('leads from a cause of the legend to its restarts alone', async () => {
    await visit();
    await page
      .getByRole('list', { name: /^Causes/ })
      .getByRole('link', { name: 'oom-killed 1' })
      .click();
    await expect.poll(() => recent().count(), SOON).toBe(1);
    expect(param('cause')).toBe('oom-killed');
    await page
      .getByRole('list', { name: /^Causes/ })
      .getByRole('link', { name: 'oom-killed 1 ×' })
      .click();
    await expect.poll(() => param('cause'), SOON).toBeNull();
    await page.goBack();
    await expect.poll(() => recent().count(), SOON).toBe(1);
    expect(words(await recent().innerText())).toContain('oom-killed pod container app prod');
  });

  it('shows a filter that has no place of its own otherwise, so that it can be taken away', async () => {
    await visit(`${SPAN}&container=app`);
    expect(await page.getByLabel('Container', { exact: true }).inputValue()).toBe('app');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => param('container'), SOON).toBeNull();
  });

  it('leads to the same as a report', async () => {
    await visit(`${SPAN}&cluster=prod&counted=true`);
    await page.getByRole('link', { name: 'As a report' }).click();
    await page.getByRole('heading', { name: 'Restarts by cause', level: 1 }).waitFor();
    expect([param('cluster'), param('from'), param('counted')]).toEqual([
      'prod',
      '2026-11-24T07:00:00.000Z',
      null,
    ]);
  });

  it('lists the workloads by harm, as the report has them, each with the way to its timeline', async () => {
    await visit();
    const { groups } = await read(
      `/v1/reports/restarts?${SPAN}&by=cluster,namespace,workload&order=harm&top=8`,
    );
    const listed = page.locator('.top-workloads li');
    expect(await listed.count()).toBe(groups.length);
    expect(words(await listed.first().innerText())).toBe(
      'Pod/pod prod · crash-loop 1 min 20 s down · 4 restarts 4 exited',
    );
    await listed.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Pod/pod', level: 1 }).waitFor();
    expect(param('namespace')).toBe('crash-loop');
  });

  it('leads from a restart to the timeline of its pod, without loading the page anew', async () => {
    await visit();
    await page.evaluate(() => Object.assign(window, { stays: true }));
    await recent().first().getByRole('link').first().click();
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe('/pod');
    expect(param('uid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await page.evaluate(() => 'stays' in window)).toBe(true);
  });

  it('says of each cluster whether it is being recorded, when it was heard of, and what is not watched', async () => {
    await visit();
    const prod = page.locator('.clusters > li', { hasText: 'prod' });
    expect(words(await prod.innerText())).toMatch(
      /^prod ○ not being recorded last heard \w+ ago What is not watched$/,
    );
    await prod.getByText('What is not watched').click();
    expect(await prod.getByRole('listitem').first().innerText()).toMatch(
      /^(pod|docker|event) of node lab-node since 2026-11-24 07:\d\d:\d\d: agent-stopped$/,
    );
    await prod.getByRole('link').click();
    await page.getByRole('heading', { name: 'Pods of prod' }).waitFor();
    await expect.poll(() => page.locator('.pods-card tbody tr').count(), SOON).toBe(4);
  });

  it('has nothing that axe finds, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await visit(`${SPAN}&cluster=prod`);
      await page.locator('.pods-card table').waitFor();
      await page.getByText('The chart as a table').click();
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: null });
  });

  it('needs no more than the width that there is, from a telephone to a wall', async () => {
    for (const width of [360, 768, 1024, 1920, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      await visit(`${SPAN}&cluster=prod`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('keeps up with the last hours, minute by minute', async () => {
    const { page: open, ...other } = await browser.open('about:blank');
    await open.clock.install({ time: new Date('2026-11-24T08:00:00Z') });
    await open.goto(`${server.url}/?range=1h&cluster=late`);
    await open.getByText('None in this stretch of time.').waitFor();
    await server.record('late', recordingOf('exit-1'));
    await open.clock.fastForward(61_000);
    await expect.poll(() => open.locator('.recent li').count(), SOON).toBe(3);
    expect(new URL(open.url()).search).toBe('?range=1h&cluster=late');
    await other.close();
  });

  it('says what went wrong, and tries again when asked', async () => {
    await page.route('**/v1/reports/restarts*', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Something went wrong here', detail: 'The store is on fire.' }),
      }),
    );
    await page.goto(`${server.url}/?${SPAN}`);
    expect(words(await page.getByRole('alert').innerText())).toBe(
      'Something went wrong here The store is on fire. Try again',
    );
    await page.unroute('**/v1/reports/restarts*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Restarts by cause' }).waitFor();
  });

  it('shows hostile names, which do nothing', async () => {
    await server.record(
      'hostile',
      renamed(recordingOf('exit-1'), { namespace: MARKUP_NAME, name: TURNING_NAME }),
    );
    await server.record('hostile', renamed(recordingOf('exit-0'), { namespace: LONG_NAME, name: LONG_NAME }));
    await page.setViewportSize({ width: 360, height: 900 });
    await visit(`${SPAN}&cluster=hostile`);
    await page.locator('.pods-card tbody tr').first().waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain(MARKUP_NAME);
    expect(text).toContain('evil\uFFFDgpj.exe');
    expect(text).not.toContain('\u202E');
    expect(text).toContain(LONG_NAME);
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.locator('.recent a', { hasText: 'evil' }).first().click();
    await expect.poll(() => new URL(page.url()).pathname, SOON).toBe('/pod');
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(opened.complaints).toEqual([]);
  });
});

describe.skipIf(missing !== undefined)('the overview of nothing', () => {
  it('says how a cluster is recorded', async () => {
    const [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    const { page, complaints } = await browser.open(server.url);
    await page.getByRole('heading', { name: 'No cluster has been recorded yet' }).waitFor();
    expect(await page.locator('main').innerText()).toContain('npm run agent -- --cluster NAME');
    expect(complaints).toEqual([]);
    await browser.close();
    await server.close();
  });
});
