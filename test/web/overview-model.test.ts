import { describe, expect, it } from 'vitest';
import type { RestartRecord, RestartReport } from '../../timeline/contract/report.ts';
import { ApiProblem } from '../../web/app/api/problem.ts';
import { totalOf } from '../../web/chart/stack.ts';
import { binningOf, binsOfReport, binsOfRestarts } from '../../web/overview/binning.ts';
import { healthOf, worstFirst } from '../../web/overview/cluster-health.ts';
import { countActive, readFilters } from '../../web/overview/filters.ts';
import { patiently } from '../../web/overview/patiently.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = Date.parse('2026-11-24T00:00:00Z');

const none = {
  downtimeMs: 0,
  downtimeSeen: 0,
  backoffMs: 0,
  meanTimeBetweenRestartsMs: null,
  harmMs: 0,
};
const counts = (restarts: number, uncounted = 0) => ({
  restarts,
  counted: restarts - uncounted,
  uncounted,
  ...none,
});

/** A report by cause of the pieces of so many hours each, from midnight on. */
function aReport(...pieces: readonly Readonly<Record<string, readonly [number, number]>>[]): RestartReport {
  const time = (hour: number) => new Date(at + hour * HOUR_MS).toISOString();
  const period = { totals: counts(0), groups: [], other: null };
  return {
    from: time(0),
    to: time(pieces.length),
    ...period,
    timeZone: 'UTC',
    by: ['cause'],
    order: 'restarts',
    pieces: pieces.map((causes, hour) => ({
      from: time(hour),
      to: time(hour + 1),
      ...period,
      groups: Object.entries(causes).map(([cause, [restarts, uncounted]]) => ({
        key: { cause },
        ...counts(restarts, uncounted),
      })),
    })),
  };
}

describe('how a stretch of time is cut into bars', () => {
  it.each([
    [DAY_MS, { interval: 'hour', hoursEach: 1 }],
    [7 * DAY_MS, { interval: 'hour', hoursEach: 6 }],
    [30 * DAY_MS, { interval: 'day' }],
    [365 * DAY_MS, { interval: 'week' }],
    [1000 * DAY_MS, { interval: 'month' }],
  ])('of %i ms: by %j', (length, binning) => {
    expect(binningOf({ fromMs: at, toMs: at + length })).toEqual(binning);
  });

  it('adds up the hours of one bar, from whole multiples of them on', () => {
    const report = aReport(...Array.from({ length: 8 }, () => ({ exited: [2, 0] }) as const), {
      'oom-killed': [1, 1],
    });
    const bins = binsOfReport(report, { interval: 'hour', hoursEach: 6 }, undefined);
    expect(
      bins.map(({ fromMs, toMs, counts: by }) => [(toMs - fromMs) / HOUR_MS, Object.fromEntries(by)]),
    ).toEqual([
      [6, { exited: 12 }],
      [3, { exited: 4, 'oom-killed': 1 }],
    ]);
  });

  it('counts all restarts, or those that Kubernetes counted, or those that it did not', () => {
    const report = aReport({ exited: [5, 2] });
    const [all, counted, missed] = ([undefined, 'true', 'false'] as const).map((filter) =>
      binsOfReport(report, { interval: 'hour' }, filter).map(totalOf),
    );
    expect([all, counted, missed]).toEqual([[5], [3], [2]]);
  });

  it('counts the restarts of a short stretch by round minutes, all of it covered', () => {
    const span = { fromMs: at + 90_000, toMs: at + 90_000 + HOUR_MS };
    const restarts = ['00:01:30.5', '00:02:10', '00:59:59'].map(
      (clock) => ({ at: `2026-11-24T${clock}Z`, cause: 'exited' }) as RestartRecord,
    );
    const bins = binsOfRestarts(restarts, span);
    expect(bins[0]).toMatchObject({ fromMs: span.fromMs, toMs: at + 120_000 });
    expect(bins.at(-1)?.toMs).toBe(span.toMs);
    expect(bins.map(totalOf).filter((count) => count > 0)).toEqual([1, 1, 1]);
    expect(bins.slice(1).every(({ fromMs }, index) => fromMs === bins[index]?.toMs)).toBe(true);
  });
});

describe('the health of a cluster', () => {
  const agent = {
    instance: 'a',
    role: 'all',
    node: null,
    version: null,
    watching: ['pod' as const],
    statedAt: '2026-11-24T00:00:00Z',
  };
  const gap = { source: 'docker' as const, node: 'node1', from: '2026-11-24T00:00:00Z', reason: 'no-answer' };

  it('is good while everything is watched, however long it has been silent', () => {
    expect(healthOf({ agents: [agent], openGaps: [] })).toMatchObject({
      health: 'recorded',
      words: 'recording',
    });
  });

  it('tells open gaps, those of the whole cluster first', () => {
    const whole = { ...gap, node: null };
    expect(healthOf({ agents: [agent], openGaps: [gap, whole] })).toEqual({
      health: 'gaps',
      words: '2 open gaps',
      gaps: [whole, gap],
    });
  });

  it('is none where nobody watches', () => {
    expect(healthOf({ agents: [], openGaps: [gap] }).health).toBe('unwatched');
    expect(healthOf({ agents: [{ ...agent, watching: [] }], openGaps: [] }).health).toBe('unwatched');
  });
});

describe('the clusters', () => {
  it('stand in the order in which they need looking after, then by name', () => {
    const cluster = (name: string, watched: boolean, gaps = 0) => ({
      name,
      firstHeardAt: '2026-11-24T00:00:00Z',
      lastHeardAt: '2026-11-24T00:00:00Z',
      agents: watched
        ? [
            {
              instance: 'a',
              role: 'all',
              node: null,
              version: null,
              watching: ['pod' as const],
              statedAt: '2026-11-24T00:00:00Z',
            },
          ]
        : [],
      openGaps: Array.from({ length: gaps }, () => ({
        source: 'docker' as const,
        node: null,
        from: '2026-11-24T00:00:00Z',
        reason: 'no-answer',
      })),
    });
    const clusters = [
      cluster('b-good', true),
      cluster('a-good', true),
      cluster('z-gap', true, 1),
      cluster('y-unwatched', false),
    ];
    expect(worstFirst(clusters).map(({ name }) => name)).toEqual([
      'y-unwatched',
      'z-gap',
      'a-good',
      'b-good',
    ]);
  });
});

describe('the filters in the URL', () => {
  it('are read as the API has them', () => {
    const filters = readFilters(
      new URLSearchParams('cluster=lab&workload=Deployment/web&cause=oom-killed&counted=false'),
    );
    expect(filters).toMatchObject({
      cluster: 'lab',
      workload: 'Deployment/web',
      cause: 'oom-killed',
      counted: 'false',
    });
    expect(countActive(filters)).toBe(4);
  });

  it('leave out what the API would refuse', () => {
    const filters = readFilters(new URLSearchParams('workload=web&cause=magic&counted=maybe&namespace=+'));
    expect(countActive(filters)).toBe(0);
  });
});

describe('asking for a report that has still to be counted', () => {
  const notReady = new ApiProblem(503, {
    code: 'report-not-ready',
    title: 'The report has to be counted first',
    detail: 'ask again',
    retryAfterMs: 250,
  });

  it('asks again after as long as the API says', async () => {
    const waits: number[] = [];
    let asked = 0;
    const answer = await patiently(
      () => ((asked += 1) < 3 ? Promise.reject(notReady) : Promise.resolve('counted')),
      (ms) => Promise.resolve(void waits.push(ms)),
    );
    expect(answer).toBe('counted');
    expect(waits).toEqual([250, 250]);
  });

  it('gives up in the end, and at once for any other fault', async () => {
    let asked = 0;
    const never = () => Promise.reject(((asked += 1), notReady));
    await expect(patiently(never, () => Promise.resolve())).rejects.toBe(notReady);
    expect(asked).toBe(30);
    const broken = new Error('broken');
    await expect(
      patiently(
        () => Promise.reject(broken),
        () => Promise.resolve(),
      ),
    ).rejects.toBe(broken);
  });
});
