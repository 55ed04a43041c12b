import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../functions/api/access.ts';
import { restartReport } from '../../../timeline/contract/report.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { tellHistory } from '../../support/pod-history.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');
const MARCH = 'from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z';

let api: TestApi;
let principal: Principal = { kind: 'local' };
beforeAll(async () => {
  api = await startTestApi({ authorise: () => principal });
  for (const cluster of ['lab', 'shop']) await api.post(cluster, ndjson(events));
});
afterAll(() => api.close());

describe('the report of restarts', () => {
  it('counts by what is asked for, over each piece', async () => {
    const answer = await api.get(
      `/v1/reports/restarts?${MARCH}&by=cluster,cause&interval=day&compare=previous`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(restartReport.safeParse(answer.json).error).toBeUndefined();
    expect(answer.json.totals).toMatchObject({ restarts: 4 });
    expect(answer.json.groups.map(({ key }: { key: unknown }) => key)).toEqual([
      { cluster: 'lab', cause: 'exited' },
      { cluster: 'lab', cause: 'removed-externally' },
      { cluster: 'shop', cause: 'exited' },
      { cluster: 'shop', cause: 'removed-externally' },
    ]);
    expect(answer.json.pieces.map(({ totals }: { totals: { restarts: number } }) => totals.restarts)).toEqual(
      [4, 0],
    );
    expect(answer.json.previous.totals.restarts).toBe(0);
  });

  it('has days that begin when the clocks of a zone say so', async () => {
    const answer = await api.get(`/v1/reports/restarts?${MARCH}&interval=day&timeZone=Asia/Tokyo`);
    expect(answer.json.pieces.map(({ from }: { from: string }) => from)).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T15:00:00.000Z',
      '2026-03-02T15:00:00.000Z',
    ]);
    expect(answer.json.totals.restarts).toBe(4);
  });

  it.each([
    ['&format=csv', {}, 'text/csv; charset=utf-8; header=present'],
    ['', { accept: 'text/csv' }, 'text/csv; charset=utf-8; header=present'],
    ['&format=ndjson', {}, 'application/x-ndjson'],
    ['', { accept: 'application/x-ndjson' }, 'application/x-ndjson'],
    ['&format=json', { accept: 'text/csv' }, 'application/json'],
  ])('is given as wanted: %s %o', async (query, headers, contentType) => {
    const answer = await api.get(`/v1/reports/restarts?${MARCH}${query}`, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType]);
    expect(answer.headers.get('vary')?.split(', ')).toContain('Accept');
    expect(answer.text).toContain('shop');
  });

  it('counts for a reader of some clusters those alone', async () => {
    principal = { kind: 'reader', clusters: new Set(['lab']) };
    try {
      const answer = await api.get(`/v1/reports/restarts?${MARCH}&by=cluster,namespace`);
      expect(answer.json.totals.restarts).toBe(2);
      expect(answer.text).not.toContain('"cluster":"shop"');
      const other = await api.get(`/v1/reports/restarts?${MARCH}&cluster=shop`);
      expect([other.status, problem(other)]).toEqual([404, 'cluster-not-found']);
    } finally {
      principal = { kind: 'local' };
    }
  });

  it('is not for agents', async () => {
    principal = { kind: 'agent', cluster: 'lab' };
    try {
      expect((await api.get(`/v1/reports/restarts?${MARCH}`)).status).toBe(403);
    } finally {
      principal = { kind: 'local' };
    }
  });

  it('is of the last thirty days by cluster when nothing is said', async () => {
    const answer = await api.get('/v1/reports/restarts');
    expect(answer.status).toBe(200);
    expect(answer.json.by).toEqual(['cluster']);
    expect(answer.json.from).toMatch(/T00:00:00.000Z$/);
    const days = (Date.parse(answer.json.to) - Date.parse(answer.json.from)) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThanOrEqual(30);
  });

  it.each([
    ['by=pod', 'invalid-parameter', 'by'],
    ['by=cluster,cluster', 'invalid-parameter', 'by'],
    ['interval=minute', 'invalid-parameter', 'interval'],
    ['timeZone=Mars/Olympus', 'invalid-parameter', 'timeZone'],
    ['compare=next', 'invalid-parameter', 'compare'],
    ['top=0', 'invalid-parameter', 'top'],
    ['from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z', 'invalid-parameter', 'to'],
    ['interval=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', 'span-too-long', 'from'],
    ['from=2001-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', 'span-too-long', 'from'],
  ])('refuses %s and says what is wrong', async (query, code, parameter) => {
    const answer = await api.get(`/v1/reports/restarts?${query}`);
    expect([answer.status, problem(answer), answer.json.parameter]).toEqual([400, code, parameter]);
  });
});
