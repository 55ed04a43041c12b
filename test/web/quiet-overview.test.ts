import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, missingForBrowser, startBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { seedEvents } from '../support/seed-events.ts';

const missing = missingForBrowser();

describe.skipIf(missing !== undefined)(
  `the first look at the example${missing ? ` (${missing})` : ''}`,
  () => {
    let server: PageServer;
    let browser: TestBrowser;
    beforeAll(async () => {
      [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
      await server.record('example', seedEvents());
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    it('leads to what restarted at another time, where nothing did of late', async () => {
      const { page, complaints, close } = await browser.open(server.url);
      await page.getByText('Nothing restarted in this time.').waitFor();
      const row = page.locator('.quiet-time tbody tr');
      expect((await row.innerText()).split(/\s*\t\s*/)).toEqual([
        'pod-apache',
        'default',
        'Pod/pod-apache',
        'node2',
        '4',
        '◆ 1',
        '2020-02-14 03:16:19',
      ]);
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('link', { name: 'Show the last time that something did: 2020-02-14' }).click();
      await page.getByText('Kubernetes did not count 1 of 4 restarts').waitFor();
      await page.goBack();
      await row.getByRole('link', { name: 'pod-apache', exact: true }).click();
      await page.getByRole('heading', { name: 'default / pod-apache' }).waitFor();
      expect(complaints).toEqual([]);
      await close();
    });
  },
);
