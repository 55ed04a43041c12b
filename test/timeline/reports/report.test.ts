import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dimension, type RestartRecord, restartReport } from '../../../timeline/contract/report.ts';
import { DIMENSIONS, ORDERS } from '../../../timeline/contract/words.ts';
import { CAUSES } from '../../../timeline/contract/words.ts';
import { CellCounter } from '../../../timeline/reports/cells.ts';
import { buildReport, type ReportWish } from '../../../timeline/reports/report.ts';
import { csvCell, renderCsv, renderNdjson } from '../../../timeline/reports/report-rows.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T00:00:00Z');

function aRecord(given: Partial<RestartRecord> = {}): RestartRecord {
  return {
    at: '2026-03-01T10:00:00Z',
    atSeen: true,
    cluster: 'lab',
    namespace: 'shop',
    workload: { kind: 'Deployment', name: 'web' },
    pod: { name: 'web-1', uid: 'uid-1' },
    node: 'node1',
    container: 'web',
    image: 'web:1',
    cause: 'exited',
    counted: true,
    downtimeMs: 2_000,
    backoffMs: 0,
    from: 'a',
    to: 'b',
    ...given,
  };
}

const wish: ReportWish = {
  span: { fromMs: START_MS, toMs: START_MS + 2 * DAY_MS },
  timeZone: 'UTC',
  by: ['cluster'],
  order: 'restarts',
  top: 10,
  causes: false,
};

function reportOf(
  records: readonly RestartRecord[],
  given: Partial<ReportWish> = {},
  previous?: readonly RestartRecord[],
) {
  const tableOf = (some: readonly RestartRecord[]) => {
    const counter = new CellCounter(DIMENSIONS);
    for (const record of some) counter.addRecord(record);
    return counter.table();
  };
  const pieces = [0, 1].map((day) => {
    const span = { fromMs: START_MS + day * DAY_MS, toMs: START_MS + (day + 1) * DAY_MS };
    return {
      span,
      table: tableOf(records.filter(({ at }) => Date.parse(at) >= span.fromMs && Date.parse(at) < span.toMs)),
    };
  });
  const before =
    previous === undefined
      ? undefined
      : { span: { fromMs: START_MS - 2 * DAY_MS, toMs: START_MS }, table: tableOf(previous) };
  return buildReport({ ...wish, ...given }, pieces, before, true);
}

const someRecords = fc.array(
  fc
    .record({
      cluster: fc.constantFrom('lab', 'shop'),
      namespace: fc.constantFrom('a', 'b'),
      node: fc.constantFrom('node1', null),
      cause: fc.constantFrom(...CAUSES),
      counted: fc.boolean(),
      downtimeMs: fc.option(fc.integer({ min: 0, max: 100_000 })),
      at: fc.constantFrom('2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z'),
    })
    .map(aRecord),
  { maxLength: 30 },
);

describe('a report', () => {
  it('counts, and tells of downtime that was not seen', () => {
    const report = reportOf([
      aRecord(),
      aRecord({ counted: false, downtimeMs: 4_000 }),
      aRecord({ cluster: 'shop', downtimeMs: null }),
    ]);
    expect(report.totals).toEqual({
      restarts: 3,
      counted: 2,
      uncounted: 1,
      downtimeMs: 6_000,
      downtimeSeen: 2,
      backoffMs: 0,
      meanTimeBetweenRestartsMs: (2 * DAY_MS) / 3,
      harmMs: 9_000,
    });
    expect(report.groups.map(({ key, restarts }) => [key, restarts])).toEqual([
      [{ cluster: 'lab' }, 2],
      [{ cluster: 'shop' }, 1],
    ]);
  });

  it('has the form of the contract, and its parts add up, whatever it is by', () => {
    fc.assert(
      fc.property(
        someRecords,
        someRecords,
        fc.subarray([...DIMENSIONS]),
        fc.constantFrom(...ORDERS),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (records, previous, by, order, top, causes) => {
          const report = reportOf(records, { by, order, top, causes }, previous);
          expect(restartReport.safeParse(report).error).toBeUndefined();
          expect(report.totals.restarts).toBe(records.length);
          expect(report.previous?.totals.restarts).toBe(previous.length);
          for (const piece of [report, ...(report.pieces ?? [])]) {
            for (const figure of ['restarts', 'counted', 'uncounted', 'downtimeMs'] as const) {
              const parts = [...piece.groups, ...(piece.other === null ? [] : [piece.other])];
              expect(parts.reduce((sum, part) => sum + part[figure], 0)).toBe(piece.totals[figure]);
            }
            expect(piece.groups.length).toBeLessThanOrEqual(top);
            expect(piece.groups.map(({ key }) => key)).toEqual(report.groups.map(({ key }) => key));
          }
          const sum = (report.pieces ?? []).reduce((all, { totals }) => all + totals.restarts, 0);
          expect(sum).toBe(records.length);
          if (causes) {
            const counts = Object.values(report.totals.causes ?? {});
            expect(counts.reduce((all, one) => all + one, 0)).toBe(records.length);
          }
        },
      ),
    );
  });

  it('compares each group with itself in the period before', () => {
    const report = reportOf([aRecord(), aRecord()], {}, [aRecord(), aRecord({ cluster: 'gone' })]);
    expect(report.previous).toMatchObject({
      from: '2026-02-27T00:00:00.000Z',
      to: '2026-03-01T00:00:00.000Z',
      totals: { restarts: 2 },
    });
    expect(report.groups[0]).toMatchObject({ restarts: 2, previous: { restarts: 1 } });
  });

  it('puts first what has done the most harm, also where the downtime was not seen', () => {
    const records = [
      aRecord({ namespace: 'often', downtimeMs: 100 }),
      aRecord({ namespace: 'often', downtimeMs: 100 }),
      aRecord({ namespace: 'long', downtimeMs: 60_000 }),
      aRecord({ namespace: 'unseen', downtimeMs: null, counted: false }),
    ];
    const order = (by: ReportWish['order']) =>
      reportOf(records, { by: ['namespace'], order: by }).groups.map(({ key }) => key.namespace);
    expect(order('restarts')).toEqual(['often', 'long', 'unseen']);
    expect(order('harm')).toEqual(['long', 'unseen', 'often']);
    expect(order('downtime')).toEqual(['long', 'often', 'unseen']);
    expect(order('uncounted')).toEqual(['unseen', 'long', 'often']);
  });

  it('shows the first groups and makes the rest one', () => {
    const records = ['a', 'b', 'c', 'd'].flatMap((namespace, index) =>
      Array.from({ length: 4 - index }, () => aRecord({ namespace })),
    );
    const report = reportOf(records, { by: ['namespace'], top: 2 });
    expect(report.groups.map(({ key }) => key.namespace)).toEqual(['a', 'b']);
    expect(report.other).toMatchObject({ groups: 2, restarts: 3 });
  });
});

describe('counting', () => {
  it('of parts adds up to counting the whole, by any dimensions', () => {
    fc.assert(
      fc.property(someRecords, someRecords, fc.subarray([...DIMENSIONS]), (some, others, by) => {
        const count = (records: readonly RestartRecord[], dimensions: readonly Dimension[]) => {
          const counter = new CellCounter(dimensions);
          for (const record of records) counter.addRecord(record);
          return counter.table();
        };
        const counter = new CellCounter(by);
        counter.addTable(count(some, DIMENSIONS));
        counter.addTable(count(others, by));
        expect(counter.table()).toEqual(count([...some, ...others], by));
      }),
    );
  });

  it('by what a table does not have is refused', () => {
    const counter = new CellCounter(['cluster']);
    counter.addRecord(aRecord());
    expect(() => new CellCounter(['node']).addTable(counter.table())).toThrow('not by node');
    expect(() => new CellCounter(['cluster']).addTable(counter.table(), { cause: 'exited' })).toThrow(
      'not by cause',
    );
  });
});

describe('CSV', () => {
  it('is a line for each group of each piece, as RFC 4180 has it', () => {
    const report = reportOf(
      [aRecord({ namespace: 'a,"b"' }), aRecord({ namespace: 'c', at: '2026-03-02T10:00:00Z' })],
      { by: ['namespace', 'node'] },
    );
    const lines = renderCsv(report).split('\r\n');
    expect(lines[0]).toBe(
      'from,to,namespace,node,restarts,counted,uncounted,downtime_ms,downtime_seen,backoff_ms,mean_time_between_restarts_ms,harm_ms',
    );
    expect(lines[1]).toBe(
      '2026-03-01T00:00:00.000Z,2026-03-02T00:00:00.000Z,"a,""b""",node1,1,1,0,2000,1,0,86400000,2000',
    );
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('');
  });

  it('holds nothing that a spreadsheet would run', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
      expect(csvCell(name)).toMatch(/^"?'/);
    }
    expect(csvCell('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"');
    expect(csvCell('a=1')).toBe('a=1');
    expect(csvCell(-1)).toBe('-1');
  });

  it('gives back what was put in to whoever reads it as RFC 4180 has it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const cell = csvCell(name);
        const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(read.replace(/^'(?=[=+\-@\t\r])/, '')).toBe(name.replace(/^'(?=[=+\-@\t\r])/, ''));
        if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/);
      }),
    );
  });

  it('has a column for each cause and for the period before, when asked for', () => {
    const report = reportOf([aRecord({ cause: 'oom-killed' })], { causes: true }, [aRecord()]);
    const { pieces: _, ...whole } = report;
    const [header, line] = renderCsv(whole).split('\r\n');
    const columns = Object.fromEntries(
      header!.split(',').map((name, index) => [name, line!.split(',')[index]]),
    );
    expect(columns).toMatchObject({ cluster: 'lab', 'cause_oom-killed': '1' });
    expect(columns['previous_restarts']).toBe('1');
  });
});

describe('NDJSON', () => {
  it('is a line for each group, each readable alone', () => {
    const report = reportOf([aRecord(), aRecord({ cluster: 'shop' })], { top: 1 });
    const lines = renderNdjson(report)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      from: '2026-03-01T00:00:00.000Z',
      key: { cluster: 'lab' },
      restarts: 1,
    });
    expect(lines[1]).toMatchObject({ key: null, restarts: 1 });
  });
});
