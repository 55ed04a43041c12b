import type { Dimension, Figures, GroupKey, ReportPiece, RestartReport } from '../contract/report.ts';

/** One line of a report: a group, or all others, in one stretch of time. */
export interface ReportRow {
  readonly from: string;
  readonly to: string;
  /** Null for all groups that are not shown. */
  readonly key: GroupKey | null;
  readonly figures: Figures;
  readonly previous?: Figures | undefined;
}

/** The lines of a report: those of its pieces, oldest first, or those of the whole where there are none. */
export function rowsOf(report: RestartReport): readonly ReportRow[] {
  return (report.pieces ?? [report]).flatMap((piece) => rowsOfPiece(piece));
}

function rowsOfPiece({ from, to, groups, other }: ReportPiece): readonly ReportRow[] {
  const rows: ReportRow[] = groups.map(({ key, previous, ...figures }) => ({
    from,
    to,
    key,
    figures,
    previous,
  }));
  if (other === null) return rows;
  const { groups: _, previous, ...figures } = other;
  return [...rows, { from, to, key: null, figures, previous }];
}

/** A report as NDJSON: one line a group. */
export function renderNdjson(report: RestartReport): string {
  return rowsOf(report)
    .map(({ from, to, key, figures, previous }) =>
      JSON.stringify({ from, to, key, ...figures, ...(previous === undefined ? {} : { previous }) }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const COLUMNS: readonly (readonly [string, (figures: Figures) => number | null])[] = [
  ['restarts', ({ restarts }) => restarts],
  ['counted', ({ counted }) => counted],
  ['uncounted', ({ uncounted }) => uncounted],
  ['downtime_ms', ({ downtimeMs }) => downtimeMs],
  ['downtime_seen', ({ downtimeSeen }) => downtimeSeen],
  ['backoff_ms', ({ backoffMs }) => backoffMs],
  ['mean_time_between_restarts_ms', ({ meanTimeBetweenRestartsMs }) => meanTimeBetweenRestartsMs],
  ['harm_ms', ({ harmMs }) => harmMs],
];

/** A report as CSV (RFC 4180), with a header. Causes stand in columns of their own when they were asked for. */
export function renderCsv(report: RestartReport): string {
  const rows = rowsOf(report);
  const causes = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures.causes ?? {})))].sort();
  const compares = report.previous !== undefined && report.pieces === undefined;
  const header = [
    'from',
    'to',
    ...report.by,
    ...COLUMNS.map(([name]) => name),
    ...causes.map((cause) => `cause_${cause}`),
    ...(compares ? COLUMNS.map(([name]) => `previous_${name}`) : []),
  ];
  const lines = rows.map(({ from, to, key, figures, previous }) => [
    from,
    to,
    ...report.by.map((dimension) => nameIn(key, dimension)),
    ...COLUMNS.map(([, valueOf]) => valueOf(figures)),
    ...causes.map((cause) => figures.causes?.[cause] ?? 0),
    ...(compares ? COLUMNS.map(([, valueOf]) => (previous === undefined ? null : valueOf(previous))) : []),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function nameIn(key: GroupKey | null, dimension: Dimension): string | null {
  return key === null ? '(other)' : (key[dimension] ?? null);
}

/**
 * A cell as RFC 4180 has it. Spreadsheets take a text that begins with one of these for a formula, quoted or not, and
 * names come from whoever can name a workload: an apostrophe before it makes it text (OWASP, CSV injection).
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
