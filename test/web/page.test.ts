import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../functions/api/identity/token.ts';
import { PAGE_PATHS } from '../../functions/api/routes/page.ts';
import { VIEW_PATHS } from '../../web/app/view-paths.ts';
import { axeFindings, missingForBrowser, startBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import {
  aDockerEvent,
  aKubernetesEvent,
  aPodRevision,
  aStatus,
  containerId,
} from '../support/recorded-events.ts';
import { seedEvents, SEED_UID } from '../support/seed-events.ts';

const missing = missingForBrowser();
const SEED = `/pod?cluster=example&uid=${SEED_UID}`;

describe('the paths of the page', () => {
  it('are the same for those who serve it and for the page itself', () => {
    expect([...PAGE_PATHS]).toEqual(Object.values(VIEW_PATHS));
  });
});

describe.skipIf(missing !== undefined)(`signing in${missing ? ` (${missing})` : ''}`, () => {
  let server: PageServer;
  let browser: TestBrowser;
  let token: string;
  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startPageServer({ adminTokenHashes: [hashToken('podlapse_admin')] }),
      startBrowser(),
    ]);
    await server.api.store.putEvents('example', seedEvents());
    const made = { description: '', expiresAt: null, requestsPerMinute: null } as const;
    ({ token } = await server.api.tokens.make({ kind: 'reader', clusters: ['*'], ...made }));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is asked for where the API needs a token, which is kept for the tab and put nowhere else', async () => {
    const { page, close } = await browser.open(server.url + SEED);
    const form = page.getByRole('form', { name: 'Sign in' });
    await form.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Token').fill('podlapse_wrong');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').innerText()).toContain('does not take this token');

    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByLabel('Token').fill(token);
    await form.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.row.runtime').waitFor();
    expect(await page.locator('h1').innerText()).toBe('default / pod-apache');
    await page.getByText('following', { exact: true }).waitFor();
    expect([page.url(), ...asked].filter((url) => url.includes(token))).toEqual([]);
    const kept = await page.evaluate(() => [
      JSON.stringify(sessionStorage),
      JSON.stringify(localStorage),
      document.cookie,
    ]);
    expect(kept).toEqual([JSON.stringify({ 'podlapse.token': token }), '{}', '']);

    await page.reload();
    await page.locator('.row.runtime').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await form.waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await close();
  });

  it('is asked for again when the token is revoked while the timeline is open', async () => {
    const { page, close } = await browser.open(server.url + SEED);
    const made = await server.api.tokens.make({
      kind: 'reader',
      clusters: ['example'],
      description: '',
      expiresAt: null,
      requestsPerMinute: null,
    });
    await page.getByLabel('Token').fill(made.token);
    await page.keyboard.press('Enter');
    await page.locator('.row.runtime').waitFor();
    await page.evaluate(() => sessionStorage.setItem('podlapse.token', 'podlapse_revoked'));
    await page.reload();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('form', { name: 'Sign in' }).isVisible()).toBe(true);
    await close();
  });
});

describe.skipIf(missing !== undefined)(`the page${missing ? ` (${missing})` : ''}`, () => {
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

  it('shows hostile names as what they are, and they do nothing', async () => {
    const markup = '<img src=x onerror="window.hacked=1">';
    const turned = `\u202Egpj.exe\u2067 ${'x'.repeat(230)}`;
    const pod = {
      namespace: markup,
      name: turned,
      uid: 'a/../b?c#d"\'<>&',
      node: '"><script>window.hacked=2</script>',
    };
    const id = containerId('hostile');
    const at = '2026-03-01T10:00:00Z';
    await server.record('hostile', [
      aPodRevision({
        pod,
        occurredAt: at,
        resourceVersion: '1',
        type: 'ADDED',
        metadata: { createdAt: at },
        row: { phase: 'Running', ready: '1/1', status: markup, restarts: 0 },
        containerStatuses: [aStatus({ name: markup, containerId: id, ready: true })],
      }),
      aDockerEvent({
        pod,
        action: 'start',
        occurredAt: '2026-03-01T10:00:01Z',
        containerId: id,
        container: markup,
      }),
      aKubernetesEvent({ pod, reason: markup, message: markup, occurredAt: '2026-03-01T10:00:02Z' }),
    ]);
    const { page, complaints, close } = await browser.open(
      `${server.url}/pod?cluster=hostile&uid=${encodeURIComponent(pod.uid)}&select=run:0`,
    );
    await page.locator('.row.runtime').waitFor();
    expect(await page.locator('h1').textContent()).toBe(`${markup} / ${turned}`);
    expect(await page.locator('h1 bdi').count()).toBe(2);
    for (const table of ['Runs', 'Status', 'Events']) {
      await page.locator('.tables .segments button', { hasText: table }).click();
      expect(await page.locator('.tables tbody').innerText()).toContain('onerror');
    }
    await page.locator('.lane-chart .bar.running').first().hover();
    expect(await page.locator('.tooltip').innerText()).toContain('<img src=x');
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    expect(complaints).toEqual([]);
    await close();
  });

  it('runs under its strict policy, from its own origin alone', async () => {
    const { page, complaints, close } = await browser.open(`${server.url}/docs`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    await page.goto(server.url + SEED);
    await page.locator('.row.runtime').waitFor();
    expect(new Set(asked)).toEqual(new Set([server.url]));
    expect(await page.locator('script:not([src]), style, [style*="url"]').count()).toBe(0);
    expect(complaints).toEqual([]);
    const refused = await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.text = 'window.inlined = true';
      } catch (error) {
        return String(error);
      }
      document.head.append(script);
      return 'inlined' in window;
    });
    expect(String(refused)).not.toBe('true');
    await close();
  });

  it('can be switched to dark and back, and remembers it', async () => {
    const { page, close } = await browser.open(server.url + SEED, { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await ground()).toBe('rgb(13, 17, 23)');
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await close();
  });

  it('goes from view to view without a reload, and back', async () => {
    const { page, close } = await browser.open(server.url + SEED);
    await page.locator('.row.runtime').waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await page.getByRole('link', { name: 'Overview' }).click();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.goBack();
    await page.locator('.row.runtime').waitFor();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await close();
  });

  it('says so when the API cannot be reached, and tries again', async () => {
    const { page, close } = await browser.open(`${server.url}/docs`);
    await page.route('**/v1/**', (route) => route.abort());
    await page.goto(server.url + SEED);
    expect(await page.getByRole('alert').innerText()).toContain('The API cannot be reached');
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.row.runtime').waitFor();
    await close();
  });
});
