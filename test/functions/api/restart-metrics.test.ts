import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../functions/api/access.ts';
import { renderOpenMetrics } from '../../../functions/api/metrics/open-metrics.ts';
import { restartGauges } from '../../../functions/api/metrics/restart-gauges.ts';
import { boundSeries, OTHER } from '../../../functions/api/metrics/restart-series.ts';
import { type Answer, ndjson, startTestApi, type TestApi } from '../../support/api.ts';
import { readOpenMetrics } from '../../support/open-metrics.ts';
import { tellHistory } from '../../support/pod-history.ts';

const { events } = tellHistory([
  { kind: 'docker-rm', ranMs: 60_000, downMs: 3_000 },
  { kind: 'exit-1', ranMs: 60_000, downMs: 3_000 },
]);
const lastAt = events
  .map(({ occurredAt }) => occurredAt)
  .sort()
  .at(-1);
const SOON_AFTER_MS = Date.parse(lastAt ?? '') + 60_000;

let api: TestApi;
let principal: Principal = { kind: 'local' };
let nowMs = SOON_AFTER_MS;
beforeAll(async () => {
  api = await startTestApi({ authorise: () => principal, clock: () => nowMs });
  for (const cluster of ['lab', 'other']) await api.post(cluster, ndjson(events));
});
afterAll(() => api.close());

const problem = ({ json }: Answer) => json.type.replace('https://podlapse.dev/problems/', '');
const samplesOf = (answer: Answer, name: string) => readOpenMetrics(answer.text).get(name)?.samples;

describe('the metrics of restarts', () => {
  it('tell restarts apart by cause and by whether Kubernetes counted them', async () => {
    const answer = await api.get('/v1/metrics/restarts?cluster=lab');
    expect(answer.status).toBe(200);
    const common = { cluster: 'lab', namespace: 'shop', workload: 'Pod/web-0', window: '1h' };
    expect(samplesOf(answer, 'podlapse_restarts')).toEqual([
      { labels: { ...common, cause: 'exited', counted: 'true' }, value: 1 },
      { labels: { ...common, cause: 'removed-externally', counted: 'false' }, value: 1 },
    ]);
    expect(samplesOf(answer, 'podlapse_restart_downtime_seconds')).toEqual([
      { labels: { ...common, cause: 'exited' }, value: 3.07 },
      { labels: { ...common, cause: 'removed-externally' }, value: 3.07 },
    ]);
  });

  it('are of every cluster when none is named', async () => {
    const answer = await api.get('/v1/metrics/restarts');
    const clusters = samplesOf(answer, 'podlapse_restarts')?.map(({ labels }) => labels['cluster']);
    expect(clusters).toEqual(['lab', 'lab', 'other', 'other']);
    expect(samplesOf(answer, 'podlapse_last_heard_timestamp_seconds')).toHaveLength(2);
    expect(samplesOf(answer, 'podlapse_open_gaps')).toHaveLength(2);
  });

  it('forget what is before the window, and go on telling that the cluster is there', async () => {
    nowMs = SOON_AFTER_MS + 2 * 3_600_000;
    try {
      const hour = await api.get('/v1/metrics/restarts?cluster=lab');
      expect(samplesOf(hour, 'podlapse_restarts')).toEqual([]);
      expect(samplesOf(hour, 'podlapse_last_heard_timestamp_seconds')).toHaveLength(1);
      const day = await api.get('/v1/metrics/restarts?cluster=lab&window=24h');
      expect(samplesOf(day, 'podlapse_restarts')?.map(({ labels }) => labels['window'])).toEqual([
        '24h',
        '24h',
      ]);
    } finally {
      nowMs = SOON_AFTER_MS;
    }
  });

  it('are OpenMetrics for Prometheus, and plain text for people', async () => {
    const prometheus = await api.get('/v1/metrics/restarts', {
      accept:
        'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'accept-encoding': 'gzip',
    });
    expect(prometheus.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(prometheus.headers.get('content-encoding')).toBe('gzip');
    const curl = await api.get('/v1/metrics/restarts', { accept: '*/*' });
    expect(curl.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const json = await api.get('/v1/metrics/restarts', { accept: 'application/json' });
    expect([json.status, problem(json)]).toEqual([406, 'not-acceptable']);
  });

  it('of a cluster that is not recorded are an error, so that the scrape fails', async () => {
    const answer = await api.get('/v1/metrics/restarts?cluster=labb');
    expect([answer.status, problem(answer)]).toEqual([404, 'cluster-not-found']);
  });

  it('are for a reader of some clusters of those alone', async () => {
    principal = { kind: 'reader', clusters: new Set(['lab']) };
    try {
      const answer = await api.get('/v1/metrics/restarts');
      expect(answer.text).not.toContain('"other"');
      expect(samplesOf(answer, 'podlapse_restarts')).toHaveLength(2);
      const other = await api.get('/v1/metrics/restarts?cluster=other');
      expect([other.status, problem(other)]).toEqual([404, 'cluster-not-found']);
    } finally {
      principal = { kind: 'local' };
    }
  });

  it('add up what is beyond the bound, so that sums by cause stay right', async () => {
    const answer = await api.get('/v1/metrics/restarts?top=1');
    const restarts = samplesOf(answer, 'podlapse_restarts') ?? [];
    expect(restarts.filter(({ labels }) => labels['namespace'] === OTHER)).toHaveLength(3);
    expect(restarts.reduce((sum, { value }) => sum + value, 0)).toBe(4);
    expect(samplesOf(answer, 'podlapse_restart_series_left_out')).toEqual([
      { labels: { window: '1h' }, value: 3 },
    ]);
  });
});

const names = fc.oneof(
  fc.constantFrom('web', 'a"b', 'a\\b', 'a\\nb', 'a\nb', '\ud800', '\ud801', '\r\u2028', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const tallies = fc.record({
  restarts: fc.integer({ min: 1, max: 99 }),
  counted: fc.constant(1),
  downtimeMs: fc.nat(),
  downtimeSeen: fc.constant(1),
  backoffMs: fc.nat(),
});
const tables = fc
  .uniqueArray(
    fc.record({
      values: fc.tuple(
        fc.constantFrom('lab', 'other'),
        names,
        names,
        fc.constantFrom('exited', 'oom-killed', 'unknown'),
      ),
      tally: tallies,
    }),
    { selector: ({ values }) => JSON.stringify(values), maxLength: 30 },
  )
  .map((cells) => ({ dimensions: ['cluster', 'namespace', 'workload', 'cause'] as const, cells }));

describe('the text of the metrics', () => {
  it('is OpenMetrics with each series once, whatever the names are, and never loses a restart', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 12 }), (table, most) => {
        const bounded = boundSeries(table, most);
        const text = renderOpenMetrics(restartGauges({ ...bounded, window: '1h', clusters: [] }));
        const samples = readOpenMetrics(text).get('podlapse_restarts')?.samples ?? [];
        const by = (cluster: string, cause: string) =>
          samples
            .filter(({ labels }) => labels['cluster'] === cluster && labels['cause'] === cause)
            .reduce((sum, { value }) => sum + value, 0);
        for (const cluster of ['lab', 'other']) {
          for (const cause of ['exited', 'oom-killed', 'unknown']) {
            const there = table.cells.filter(({ values }) => values[0] === cluster && values[3] === cause);
            expect(by(cluster, cause)).toBe(there.reduce((sum, { tally }) => sum + tally.restarts, 0));
          }
        }
        expect(bounded.series.length).toBeLessThanOrEqual(most + 6);
      }),
    );
  });

  it.each([
    ['podlapse_x 1\n# EOF\n', 'outside of its family'],
    ['# TYPE podlapse_x gauge\npodlapse_x 1\npodlapse_x 2\n# EOF\n', 'twice'],
    ['# TYPE podlapse_x gauge\npodlapse_x{a="\\q"} 1\n# EOF\n', 'bad labels'],
    ['# TYPE podlapse_x gauge\npodlapse_x{a="1",} 1\n# EOF\n', 'a comma'],
    ['# TYPE podlapse_x gauge\n# UNIT podlapse_x seconds\n# EOF\n', 'unit'],
    ['# TYPE podlapse_x gauge\npodlapse_x one\n# EOF\n', 'neither'],
    ['# TYPE podlapse_x gauge\n', 'EOF'],
  ])('would be refused as %j', (text, why) => {
    expect(() => readOpenMetrics(text)).toThrow(why);
  });
});

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query?: unknown }[] };
}

describe('the Grafana dashboard', () => {
  const dashboard = JSON.parse(
    readFileSync(new URL('../../../docs/grafana-restarts.json', import.meta.url), 'utf8'),
  ) as Dashboard;
  const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const queries = [
    ...expressions,
    ...JSON.stringify(dashboard.templating).matchAll(/label_values\([^)]*\)/g),
  ].map(String);

  it('asks only for metrics and labels that the API has', async () => {
    const families = readOpenMetrics((await api.get('/v1/metrics/restarts')).text);
    expect(queries.length).toBeGreaterThan(5);
    for (const query of queries) {
      const asked = query.match(/podlapse_\w+/g) ?? [];
      expect([query, asked.length > 0]).toEqual([query, true]);
      expect([...families.keys()]).toEqual(expect.arrayContaining(asked));
      const there = new Set(
        asked.flatMap((name) => Object.keys(families.get(name)?.samples[0]?.labels ?? {})),
      );
      const labels = [
        ...[...query.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
        ...[...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/\s*,\s*/)),
        ...[...query.matchAll(/label_values\(.*,\s*(\w+)\)/g)].map(([, label = '']) => label),
      ];
      expect([...there]).toEqual(expect.arrayContaining(labels));
    }
  });

  it('shows every metric of the API', async () => {
    const families = readOpenMetrics((await api.get('/v1/metrics/restarts')).text);
    const asked = new Set(expressions.flatMap((expr) => expr.match(/podlapse_\w+/g) ?? []));
    expect([...families.keys()].filter((name) => !asked.has(name))).toEqual([]);
  });
});
