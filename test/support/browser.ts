// Debian's chromium, driven by playwright-core.
import { existsSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROME = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What this machine lacks to drive a browser, as a sentence for a skipped test; undefined if nothing. */
export function missingForBrowser(): string | undefined {
  if (existsSync(CHROME)) return undefined;
  const missing = `${CHROME} not found: apt-get install chromium, or set CHROME_PATH`;
  // In CI nothing is skipped: there the suite fails with the reason.
  if (process.env['CI'] !== undefined) throw new Error(missing);
  return missing;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained of: errors of scripts, refused by the policy, and failed requests. */
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

export interface TestBrowser {
  /** A page of its own: no storage, cookies or cache is shared with others. */
  open(url: string, options?: BrowserContextOptions): Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: CHROME,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        acceptDownloads: true,
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.setDefaultTimeout(10_000);
      await page.goto(url);
      return { page, complaints, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

/** What axe finds wrong with the page as it is, each as one line. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`).join(' | ')}`,
    );
  });
}
