import { describe, expect, it } from 'vitest';
import type { RestartReport } from '../../timeline/contract/report.ts';
import { intervalsFor, readChoice, toggle } from '../../web/reports/report-choice.ts';
import { binsOfPieces, nameGroup, OTHERS, rowsOfPiece } from '../../web/reports/report-figures.ts';
import { groupFilters, reportQuery } from '../../web/reports/report-query.ts';
import { readFilters } from '../../web/overview/filters.ts';

const DAY_MS = 86_400_000;
const WEEK = { fromMs: 0, toMs: 7 * DAY_MS };
const figures = (restarts: number) => ({
  restarts,
  counted: restarts,
  uncounted: 0,
  downtimeMs: 0,
  downtimeSeen: 0,
  backoffMs: 0,
  meanTimeBetweenRestartsMs: null,
  harmMs: 0,
});

/** A report by workload of one piece, in which the nth workload restarted n times. */
function aReport(groups: number, others = 0): RestartReport {
  const period = {
    from: '2026-11-24T00:00:00.000Z',
    to: '2026-11-25T00:00:00.000Z',
    totals: figures(0),
    groups: Array.from({ length: groups }, (_, index) => ({
      key: { workload: `Deployment/w${index}` },
      ...figures(index + 1),
    })),
    other: others === 0 ? null : { groups: others, ...figures(100) },
  };
  return { ...period, timeZone: 'UTC', by: ['workload'], order: 'harm', pieces: [period] };
}

describe('what a report is asked for, in the URL', () => {
  it('is by cluster, in one piece, worst first, and compared, if nothing is said', () => {
    expect(readChoice(new URLSearchParams(), WEEK)).toEqual({
      by: ['cluster'],
      interval: undefined,
      order: 'harm',
      compares: true,
    });
  });

  it('is read with its groups in their order, and without what does not exist', () => {
    const query = new URLSearchParams(
      'by=workload,cause,magic,workload&interval=day&order=uncounted&compare=no',
    );
    expect(readChoice(query, WEEK)).toEqual({
      by: ['workload', 'cause'],
      interval: 'day',
      order: 'uncounted',
      compares: false,
    });
    expect(readChoice(new URLSearchParams('interval=toString&order=constructor'), WEEK)).toMatchObject({
      interval: undefined,
      order: 'harm',
    });
  });

  it('changes by one dimension at a time, and always keeps one', () => {
    expect(toggle(['cluster'], 'cause')).toEqual(['cluster', 'cause']);
    expect(toggle(['cluster', 'cause'], 'cluster')).toEqual(['cause']);
    expect(toggle(['cause'], 'cause')).toEqual(['cause']);
  });

  it('asks the API for nothing that it would refuse', () => {
    const long = { fromMs: 0, toMs: 90 * DAY_MS };
    expect(intervalsFor(long)).toEqual(['day', 'week', 'month']);
    const filters = readFilters(new URLSearchParams('cluster=lab&counted=false'));
    const query = reportQuery(long, filters, readChoice(new URLSearchParams('interval=hour'), long));
    expect(query).toMatchObject({ cluster: 'lab', interval: undefined, counted: undefined, by: 'cluster' });
  });
});

describe('the groups of a report', () => {
  it('are named by their parts; what is not known, and what would turn the text, is told', () => {
    expect(nameGroup({ cluster: 'lab', node: null }, ['cluster', 'node'])).toBe('lab · (not known)');
    expect(nameGroup({ image: 'a\u202eb' }, ['image'])).toBe('a\uFFFDb');
  });

  it('are rows, with one more for all that are not shown', () => {
    expect(rowsOfPiece(aReport(2, 7), ['workload']).map(({ name }) => name)).toEqual([
      'Deployment/w0',
      'Deployment/w1',
      '7 others',
    ]);
  });

  it('are series of a chart: the first ones, and all others as one', () => {
    const few = binsOfPieces(aReport(9));
    expect(few.keys).toHaveLength(9);
    const { keys, bins } = binsOfPieces(aReport(12, 3));
    expect(keys).toHaveLength(9);
    expect(keys.at(-1)).toBe(OTHERS);
    expect(bins[0]?.counts.get(OTHERS)).toBe(9 + 10 + 11 + 12 + 100);
  });

  it('lead to their restarts, by all that restarts can be filtered by', () => {
    expect(groupFilters({ cluster: 'lab', image: 'web:1', cause: 'exited', node: null })).toEqual({
      cluster: 'lab',
      cause: 'exited',
    });
  });
});
