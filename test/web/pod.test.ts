import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reconstruct } from '../../timeline/reconstruct/reconstruct.ts';
import {
  axeFindings,
  missingForBrowser,
  type OpenPage,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { aLog } from '../support/recorded-events.ts';
import { recordingOf } from '../support/recording.ts';
import { seedEvents, SEED_UID } from '../support/seed-events.ts';

const missing = missingForBrowser();
const uidOf = (name: string) => {
  const event = recordingOf(name).find(({ source }) => source === 'pod');
  return event?.source === 'pod' ? event.pod.uid : '';
};
const seedLog = aLog({
  pod: { namespace: 'default', name: 'pod-apache', uid: SEED_UID },
  container: 'apache',
  containerId: reconstruct('example', SEED_UID, seedEvents())?.restarts[0]?.from ?? '',
  lines: ['starting', 'panic: \u202Etoken=[redacted] <b>'],
  redacted: 1,
});
const SEED = `/pod?cluster=example&uid=${SEED_UID}`;
const CRASH_LOOP = `/pod?cluster=crash-loop&uid=${uidOf('crash-loop')}`;
const GAP = `/pod?cluster=agent-gap&uid=${uidOf('agent-gap')}`;

const RECORDED = ['crash-loop', 'agent-gap', 'sidecar', 'init-retries', 'ephemeral-container'];

describe.skipIf(missing !== undefined)(`the pod timeline${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    await server.record('example', seedEvents());
    for (const name of RECORDED) await server.record(name, recordingOf(name));
    await server.record('with-log', [...seedEvents(), seedLog]);
    opened = await browser.open(server.url + SEED, {
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: { width: 1440, height: 900 },
    });
    ({ page } = opened);
  });
  beforeEach(async () => {
    opened.complaints.length = 0;
  });
  afterAll(async () => {
    await opened?.close();
    await browser?.close();
    await server?.close();
  });

  /** The page at a path, without the events' marks still to come. */
  const visit = async (path: string) => {
    await page.goto(server.url + path);
    await page.locator('.row.runtime').waitFor();
  };
  const boxOf = async (key: string, within = page) => {
    const box = await within.locator(`.row [data-key="${key}"]`).first().boundingBox();
    if (box === null) throw new Error(`${key} is not drawn`);
    return box;
  };
  const chart = () => page.getByRole('application');
  const param = (name: string) => new URL(page.url()).searchParams.get(name);

  it('says at a glance how often the pod restarted, and what Kubernetes did not count', async () => {
    await visit(SEED);
    const tiles = await page.locator('.pod-view .tile').allInnerTexts();
    expect(tiles.map((tile) => tile.replace(/\s+/g, ' ').trim())).toEqual([
      'Restarts 4',
      'Counted 3',
      '◆ Not counted 1',
      'kubectl shows 3',
      'Down in all 27 s',
      'Record complete',
    ]);
    expect(await page.title()).toBe('default/pod-apache · podlapse');
    expect(await page.locator('.lane-chart .pod-mark.missed').getAttribute('aria-label')).toBe(
      'Restart 1 of apache: removed-externally, NOT counted by Kubernetes',
    );
    expect(await page.locator('.lane-chart .pod-mark.counted').count()).toBe(3);
    const [missed, counted] = [await boxOf('restart:0'), await boxOf('restart:1')];
    expect(missed.width).toBeGreaterThan(counted.width * 1.3);
    expect(opened.complaints).toEqual([]);
  });

  it('draws a lane for what kubectl showed, the sandboxes, each container, the Events and the runtime', async () => {
    await visit(SEED);
    expect(await page.locator('.row-name title').allTextContents()).toEqual([
      'Restarts',
      'Status, ready',
      'Sandboxes',
      'apache',
      'Kubernetes Events',
      'Runtime events',
    ]);
    expect(await page.locator('.row.sandboxes .bar').count()).toBe(3);
    expect(await page.locator('.row.container .bar').count()).toBe(5);
  });

  it.each([
    ['sidecar', 'sidecar'],
    ['init-retries', 'init'],
    ['ephemeral-container', 'ephemeral'],
  ])('says of which kind a container is: %s', async (name, kind) => {
    await visit(`/pod?cluster=${name}&uid=${uidOf(name)}`);
    expect(await page.locator('.row-name tspan').allTextContents()).toContain(` ${kind}`);
  });

  it('draws time to scale', async () => {
    await visit(SEED);
    const { runs } = (await server.api.get(`/v1/clusters/example/pods/${SEED_UID}/timeline`)).json;
    const boxes = await Promise.all([1, 2, 3].map((index) => boxOf(`run:${index}`)));
    const pixels = boxes.map(({ width }) => width);
    const lengths = [1, 2, 3].map(
      (index) => Date.parse(runs[index].finishedAt) - Date.parse(runs[index].startedAt),
    );
    const scale = pixels[0]! / lengths[0]!;
    for (const index of [1, 2]) expect(Math.abs(pixels[index]! - lengths[index]! * scale)).toBeLessThan(3);
  });

  it('shows how long a run took to be ready', async () => {
    await visit(`${SEED}&from=2020-02-14T02:56:20.000Z&to=2020-02-14T02:56:40.000Z`);
    const { runs } = (await server.api.get(`/v1/clusters/example/pods/${SEED_UID}/timeline`)).json;
    const starting = await page.locator('.lane-chart .bar.completed .starting').boundingBox();
    const run = await boxOf('run:1');
    const perMs =
      (run.x + run.width - starting!.x) /
      (Date.parse('2020-02-14T02:56:40Z') - Date.parse(runs[1].startedAt));
    const expected = (Date.parse(runs[1].readyAt) - Date.parse(runs[1].startedAt)) * perMs;
    expect(Math.abs(starting!.width - expected)).toBeLessThan(3);
  });

  it('tells by colour and by pattern how a run ended, and hatches the back-off before the next', async () => {
    await visit(CRASH_LOOP);
    const fills = (key: string, kind: string) =>
      page
        .locator(`.bar.${kind}[data-key="${key}"] rect`)
        .evaluateAll((rects) => rects.map((rect) => getComputedStyle(rect).fill));
    const failed = await fills('run:2', 'failed');
    expect(failed[0]).toBe('rgb(213, 94, 0)');
    expect(failed[1]).toMatch(/-failed"?\)$/);
    const waited = await fills('restart:3', 'back-off');
    expect(waited[1]).toMatch(/-back-off"?\)$/);
    expect(await page.locator('.lane-chart .bar.back-off').count()).toBe(3);
    expect(await page.locator('.pod-patterns').innerText()).toContain('crash-loop of app');
    const [wait, next] = [await boxOf('restart:3', page), await boxOf('run:4')];
    expect(wait.x).toBeLessThan(next.x + 14);
  });

  it('shades what was not recorded, and says what that means', async () => {
    await visit(GAP);
    expect(await page.locator('.tile.alarm').innerText()).toContain('has gaps');
    const blank = page.locator('.lane-chart g.blank');
    expect(await blank.count()).toBe(1);
    expect(await blank.locator('title').textContent()).toMatch(/^Not recorded: .*docker.*pod|pod.*docker/);
    const box = await blank.locator('.edge').boundingBox();
    await page.mouse.click(box!.x + box!.width / 2, box!.y + box!.height - 6);
    await page.getByRole('heading', { name: 'Not recorded' }).waitFor();
    expect(await page.locator('.explanation').innerText()).toContain('Nothing is made up to fill it');
  });

  it('gives the facts on hover, and takes them away again', async () => {
    await visit(SEED);
    const { x, y, width, height } = await boxOf('run:1');
    await page.mouse.move(x + width / 2, y + height / 2);
    const tooltip = page.locator('.tooltip');
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toContain('apache 3d70ded781da: started 2020-02-14 02:56:27');
    expect(await tooltip.innerText()).toContain('exit 0');
    await page.mouse.move(5, 5);
    await tooltip.waitFor({ state: 'detached' });
  });

  it('shows with a restart what the old container wrote last, as text', async () => {
    await visit(`/pod?cluster=with-log&uid=${SEED_UID}&select=restart:0`);
    const explanation = page.getByRole('region', { name: 'Explanation' });
    const log = explanation.getByLabel('The last lines of the old container');
    expect(await log.innerText()).toBe('starting\npanic: \uFFFDtoken=[redacted] <b>');
    expect(await explanation.innerText()).toContain('last 2 lines of the old container, 1 passage redacted');
    expect(opened.complaints).toEqual([]);
    await explanation.getByRole('button', { name: 'Restart after' }).click();
    await log.waitFor({ state: 'detached' });
    await visit(`/pod?cluster=with-log&uid=${SEED_UID}&select=run:0`);
    expect(await log.innerText()).toContain('starting');
  });

  it('explains a restart on click, with its evidence down to the raw event', async () => {
    await visit(SEED);
    await page.locator('.lane-chart .pod-mark.missed').click();
    const explanation = page.getByRole('region', { name: 'Explanation' });
    expect(await explanation.innerText()).toContain(
      'The container was force-removed through Docker (kill, then destroy) without the kubelet asking for it.',
    );
    expect(await explanation.locator('.chip').innerText()).toBe('◆ Not counted by Kubernetes');
    const evidence = explanation.locator('.evidence li');
    expect(
      (await evidence.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()).slice(0, 3),
    ).toEqual([
      '02:56:09.880 docker kill of apache 91b19b56d72b (signal 9)',
      '02:56:10.140 docker die of apache 91b19b56d72b (exit 137)',
      '02:56:10.330 docker destroy of apache 91b19b56d72b',
    ]);
    await evidence.first().locator('summary').click();
    const raw = JSON.parse(await evidence.first().locator('pre').innerText());
    expect(raw).toMatchObject({
      source: 'docker',
      action: 'kill',
      signal: 9,
      timeNano: '1581648969880724775',
    });
    expect(param('select')).toBe('restart:0');
    await explanation.getByRole('button', { name: 'Restart after' }).click();
    await page.getByRole('heading', { name: 'Restart 2: stopped-externally' }).waitFor();
    await explanation.getByRole('button', { name: 'Close the explanation' }).click();
    await explanation.waitFor({ state: 'detached' });
    expect(param('select')).toBeNull();
  });

  it('opens from a link just as it was shared: the stretch of time and what is explained', async () => {
    await visit(`${SEED}&from=2020-02-14T02:55:00.000Z&to=2020-02-14T02:58:00.000Z&select=restart:0`);
    await page.getByRole('heading', { name: 'Restart 1: removed-externally' }).waitFor();
    expect(await page.locator('.row.container .bar').count()).toBe(2);
    expect(await page.locator('.pod-axis text').allTextContents()).toContain('02:56');
  });

  it('zooms where the wheel turns, moves by dragging, and keeps both in the URL', async () => {
    await visit(SEED);
    const run = await boxOf('run:1');
    const at = { x: run.x + run.width / 2, y: run.y + run.height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await boxOf('run:1')).width).toBeGreaterThan(run.width * 1.5);
    const zoomed = await boxOf('run:1');
    expect(Math.abs(zoomed.x + zoomed.width / 2 - at.x)).toBeLessThan(zoomed.width / 4);
    await expect.poll(() => param('from')).not.toBeNull();
    const from = Date.parse(param('from')!);
    await page.mouse.move(700, at.y);
    await page.mouse.down();
    await page.mouse.move(800, at.y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => Date.parse(param('from')!)).toBeLessThan(from);
    expect(param('select')).toBeNull();
    const url = page.url();
    await page.reload();
    await page.locator('.row.runtime').waitFor();
    expect(page.url()).toBe(url);
    await page.getByRole('button', { name: 'All' }).click();
    await expect.poll(() => param('from')).toBeNull();
  });

  it('can be used by keyboard alone', async () => {
    await visit(SEED);
    await chart().focus();
    await page.keyboard.press('ArrowRight');
    const active = () =>
      chart().evaluate((element) => {
        const id = element.getAttribute('aria-activedescendant');
        return id === null ? null : document.getElementById(id)?.getAttribute('aria-label');
      });
    expect(await active()).toBe('Restart 1 of apache: removed-externally, NOT counted by Kubernetes');
    expect(await page.locator('.tooltip').innerText()).toContain('Restart 1 of apache');
    await page.keyboard.press('ArrowRight');
    expect(await active()).toContain('Restart 2 of apache');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    expect(await active()).toContain('apache c9ea78dac905');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Run of apache' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Run of apache');
    await page.keyboard.press('Escape');
    await page.locator('.explanation').waitFor({ state: 'detached' });
    await chart().focus();
    await page.keyboard.press('+');
    await expect.poll(() => param('from')).not.toBeNull();
    const from = Date.parse(param('from')!);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => Date.parse(param('from')!)).toBeGreaterThan(from);
    await page.keyboard.press('0');
    await expect.poll(() => param('from')).toBeNull();
  });

  it('has the same facts as tables, of the stretch that is shown', async () => {
    await visit(SEED);
    const rows = page.locator('.tables tbody tr');
    expect(await rows.count()).toBe(4);
    expect(await rows.first().innerText()).toMatch(
      /2020-02-14 02:56:27\s+apache\s+removed-externally\s+◆ NO\s+16\s+s/,
    );
    await page.getByRole('button', { name: 'Runs 5' }).click();
    expect(await rows.count()).toBe(5);
    await page.getByRole('button', { name: 'Events 70' }).click();
    await rows.filter({ hasText: 'docker kill of apache 91b19b56d72b' }).getByRole('button').click();
    await page.getByRole('heading', { name: 'Docker event' }).waitFor();
    expect(JSON.parse(await page.locator('.explanation pre').innerText()).action).toBe('kill');
    await page.getByRole('button', { name: 'Restarts 4' }).click();
    await page.goto(`${server.url}${SEED}&from=2020-02-14T02:55:00.000Z&to=2020-02-14T02:58:00.000Z`);
    await page.getByText('1 of 4 lie in the stretch that is shown.').waitFor();
    expect(await rows.count()).toBe(1);
  });

  it('is copied as text and saved as SVG, PNG and JSON', async () => {
    await visit(SEED);
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByText('Copied.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain('4 restarts, 3 counted by Kubernetes, 1 NOT counted');
    const save = async (kind: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Download ${kind}` }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const svg = await save('SVG');
    expect(svg.name).toBe('example_default_pod-apache.svg');
    expect(svg.bytes.toString()).toMatch(/^<svg /);
    const png = await save('PNG');
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(png.bytes.readUInt32BE(16)).toBe(2 * 1040);
    expect(JSON.parse((await save('JSON')).bytes.toString()).summary.uncounted).toBe(1);
    expect(opened.complaints).toEqual([]);
  });

  it('is found by name too, with the earlier pods of that name', async () => {
    await visit('/pod?cluster=example&namespace=default&name=pod-apache');
    expect(await page.locator('h1').innerText()).toBe('default / pod-apache');
  });

  it('says what is wrong with a link that leads to no pod', async () => {
    await page.goto(`${server.url}/pod?cluster=example&uid=none`);
    const failure = page.getByRole('alert');
    expect(await failure.innerText()).toContain('There is no such pod');
    await page.goto(`${server.url}/pod`);
    await page.getByRole('heading', { name: 'Which pod?' }).waitFor();
  });

  it.each([
    [360, 'light'],
    [1440, 'light'],
    [1440, 'dark'],
    [3840, 'dark'],
  ] as const)('at %i pixels, %s, fits, and axe finds nothing', async (width, colorScheme) => {
    const {
      page: other,
      complaints,
      close,
    } = await browser.open(`${server.url}${SEED}&select=restart:0`, {
      viewport: { width, height: 900 },
      colorScheme,
    });
    await other.locator('.row.runtime').waitFor();
    expect(await axeFindings(other)).toEqual([]);
    expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await close();
  });
});
