import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingForBrowser, startBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { aDockerEvent, containerId, POD } from '../support/recorded-events.ts';

const missing = missingForBrowser();
const RUNS = 10_000;
const EVERY_MS = 30_000;
const BASE_MS = Date.parse('2026-03-01T00:00:00Z');

/** A container that runs for 20 of every 30 seconds, over three and a half days. */
function runs() {
  const time = (ms: number) => new Date(BASE_MS + ms).toISOString();
  return Array.from({ length: RUNS }, (_, index) => {
    const id = containerId(`run ${index}`);
    const began = index * EVERY_MS;
    return [
      aDockerEvent({ action: 'start', occurredAt: time(began), containerId: id, attempt: index }),
      aDockerEvent({
        action: 'die',
        occurredAt: time(began + 20_000),
        containerId: id,
        attempt: index,
        exitCode: 1,
      }),
    ];
  }).flat();
}

describe.skipIf(missing !== undefined)(`ten thousand runs${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
    await server.record('lab', runs());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('are drawn as far as they can be seen, say so where they are merged, and pan smoothly', async () => {
    const { page, complaints, close } = await browser.open(
      `${server.url}/pod?cluster=lab&uid=${POD.uid}&live=off`,
    );
    await page.locator('.lane-chart .row.container').waitFor({ timeout: 20_000 });
    const drawn = () => page.locator('.lane-chart svg [data-key]').count();
    expect(await drawn()).toBeLessThan(700);
    const merged = page.locator('.lane-chart .row.container .bar').first();
    expect(await merged.getAttribute('aria-label')).toMatch(/^\d+ too short to draw apart: \d+ failed$/);
    expect(await page.locator('.tables tbody tr').count()).toBe(100);

    await page.getByRole('button', { name: 'Zoom in' }).click();
    const manyMs = await panning(page);
    expect(await drawn()).toBeLessThan(700);

    await page.goto(
      `${server.url}/pod?cluster=lab&uid=${POD.uid}&live=off&from=2026-03-02T00:00:00.000Z&to=2026-03-02T00:03:00.000Z`,
    );
    await page.locator('.lane-chart .row.container').waitFor({ timeout: 20_000 });
    expect(await page.locator('.lane-chart .row.container .bar').count()).toBeLessThan(8);
    // Where a handful is to be seen, a step costs what the browser itself needs.
    expect(manyMs / (await panning(page))).toBeLessThan(4);
    expect(complaints).toEqual([]);
    await close();
  }, 60_000);
});

/** Pans the timeline step by step; gives how long a step takes until it is drawn, in milliseconds, the median. */
function panning(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const chart = document.querySelector('.lane-chart');
    if (chart === null) throw new Error('there is no chart');
    const { left, top, width } = chart.getBoundingClientRect();
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const steps: number[] = [];
    for (let step = 0; step < 40; step += 1) {
      const began = performance.now();
      chart.dispatchEvent(
        new WheelEvent('wheel', {
          deltaX: step < 20 ? 30 : -30,
          clientX: left + width / 2,
          clientY: top + 40,
          bubbles: true,
          cancelable: true,
        }),
      );
      await nextFrame();
      await nextFrame();
      steps.push(performance.now() - began);
    }
    return steps.sort((a, b) => a - b)[20] ?? Number.NaN;
  });
}
