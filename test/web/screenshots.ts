// Pictures of each view at three widths, light and dark, of the lab's recordings: `npm run screenshots -- FOLDER`.
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import { startBrowser } from '../support/browser.ts';
import { startPageServer } from '../support/page-server.ts';
import { watchedFrom } from '../support/recorded-events.ts';
import { recordingOf } from '../support/recording.ts';
import { seedEvents, SEED_UID } from '../support/seed-events.ts';

const WIDTHS = [390, 1440, 2560] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Has gaps, and so a cluster of its own. */
const WITH_GAPS = 'agent-gap';
/** They were made one after the other; put together they are a cluster that was watched throughout. */
const together = readdirSync(new URL('../recordings', import.meta.url))
  .filter((name) => name !== WITH_GAPS)
  .flatMap((name) => recordingOf(name).filter(({ source }) => source !== 'agent'));
const lab = [...watchedFrom('2026-11-24T00:00:00Z'), ...together];
const RANGE = 'from=2026-11-24T07:10:00.000Z&to=2026-11-24T07:26:00.000Z';

const uidOf = (namespace: string, events: readonly RecordedEvent[]) =>
  events.flatMap((event) =>
    event.source === 'pod' && event.pod.namespace === namespace ? [event.pod.uid] : [],
  )[0] ?? '';

const views = {
  overview: `/?${RANGE}`,
  pod: `/pod?cluster=example&uid=${SEED_UID}&select=restart:0`,
  'pod-crash-loop': `/pod?cluster=lab&uid=${uidOf('crash-loop', lab)}`,
  'pod-gap': `/pod?cluster=edge&uid=${uidOf(WITH_GAPS, recordingOf(WITH_GAPS))}`,
  workload: '/workload?cluster=lab&namespace=deployment-rollout&kind=Deployment&name=web',
  node: '/node?cluster=lab&node=lab-node',
  report: `/report?${RANGE}&by=cause`,
};

const folder = process.argv[2] ?? 'dist/screenshots';
await mkdir(folder, { recursive: true });
const [server, browser] = await Promise.all([startPageServer(), startBrowser()]);
try {
  await server.record('example', seedEvents());
  await server.record('edge', recordingOf(WITH_GAPS));
  await server.record('lab', lab);
  for (const [view, path] of Object.entries(views)) {
    for (const [width, colorScheme] of WIDTHS.flatMap((one) =>
      SCHEMES.map((scheme) => [one, scheme] as const),
    )) {
      const { page, complaints, close } = await browser.open(server.url + path, {
        viewport: { width, height: 900 },
        colorScheme,
      });
      // As soon after the API last heard of the clusters as if it were live.
      if (view === 'overview') {
        await page.clock.setFixedTime('2026-03-01T12:00:20Z');
        await page.reload();
      }
      await page.locator('main > *').first().waitFor();
      await page.waitForFunction(() => document.querySelector('.loading') === null);
      // Following keeps a connection open; all else has come.
      await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
      });
      const file = join(folder, `${view}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(file, ...complaints);
      await close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
