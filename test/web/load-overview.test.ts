import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../web/app/api/client.ts';
import { createSession } from '../../web/app/api/session.ts';
import { totalOf } from '../../web/chart/stack.ts';
import { type Filters, readFilters } from '../../web/overview/filters.ts';
import { loadOverview } from '../../web/overview/load-overview.ts';
import { startTestApi, ndjson, type TestApi } from '../support/api.ts';
import { type Deed, tellHistory } from '../support/pod-history.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More restarts within nine hours than are read one by one; every hundredth is not counted. */
const DEEDS = Array.from(
  { length: 520 },
  (_, index): Deed => ({
    kind: index % 100 === 0 ? 'docker-restart' : 'exit-1',
    ranMs: 60_000,
    downMs: 800,
  }),
);

describe('the overview, from the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    await api.post('lab', ndjson(tellHistory(DEEDS, START).events));
  });
  afterAll(() => api.close());

  const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const session = createSession(storage as unknown as Storage);
  const client = () => createApiClient({ fetch: (path, init) => api.request(path as string, init), session });
  const NO_FILTERS = readFilters(new URLSearchParams());
  const load = (fromMs: number, toMs: number, filters: Filters = NO_FILTERS, asked = client()) =>
    loadOverview(asked, { fromMs, toMs }, filters, new AbortController().signal);

  it('tells a short stretch by the minute', async () => {
    const { bins, hasMore, recent } = await load(START, START + HOUR_MS);
    expect(bins[0]!.toMs - bins[0]!.fromMs).toBe(120_000);
    expect(bins.reduce((sum, bin) => sum + totalOf(bin), 0)).toBeGreaterThan(55);
    expect([recent.length, hasMore]).toEqual([20, true]);
  });

  it('tells by the hour what is too much to be read one by one, and all of it', async () => {
    const { bins, workloads, uncounted } = await load(START, START + 10 * HOUR_MS);
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + totalOf(bin), 0)).toBe(520);
    expect(workloads.totals).toMatchObject({ restarts: 520, uncounted: 6 });
    expect(uncounted).toHaveLength(5);
  });

  it('shows those alone that Kubernetes did not count', async () => {
    const { bins, recent, hasMore } = await load(START, START + 2 * DAY_MS, {
      ...NO_FILTERS,
      counted: 'false',
    });
    expect(bins.reduce((sum, bin) => sum + totalOf(bin), 0)).toBe(6);
    expect([recent.length, hasMore]).toEqual([6, false]);
  });

  it('can be of years, though the API lists the restarts of one at the most', async () => {
    // Reports of years are the API's own tests' to count.
    const report = await client().report({ from: new Date(START).toISOString() });
    const asked = { ...client(), report: () => Promise.resolve({ ...report, pieces: [] }) };
    const { recent } = await load(START - 1500 * DAY_MS, START + DAY_MS, NO_FILTERS, asked);
    expect(recent).toHaveLength(20);
  });
});
