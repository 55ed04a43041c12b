import { reportQuery } from '../../timeline/contract/queries.ts';
import type { Dimension } from '../../timeline/contract/report.ts';
import { DIMENSIONS } from '../../timeline/contract/words.ts';
import { beginningBefore, type Interval, type Zone, zoneNamed } from '../../timeline/reports/calendar.ts';
import type { CellFilter } from '../../timeline/reports/cells.ts';
import type { ReportWish } from '../../timeline/reports/report.ts';
import { negotiateReportFormat } from './negotiate.ts';
import { readQuery } from './parameters.ts';
import { Problem } from './problem.ts';
import { checkSpan, type LongestSpan } from './longest-span.ts';

export type ReportFormat = 'json' | 'csv' | 'ndjson';

/** A report as it is asked for. */
export interface ReportRequest {
  readonly wish: ReportWish;
  readonly interval: Interval | undefined;
  readonly zone: Zone;
  /** Whether the stretch before is told beside it. */
  readonly compares: boolean;
  readonly filter: CellFilter;
  readonly format: ReportFormat;
}

const DEFAULT_DAYS = 30;
const DEFAULT_TOP = 100;
const DAY_MS = 86_400_000;

/** About 770 pieces at the most: more than anybody reads, and each has all groups. */
const LONGEST: Readonly<Record<Interval | 'none', LongestSpan>> = {
  hour: { days: 32, of: 'a report by the hour' },
  day: { days: 732, of: 'a report by the day' },
  week: { days: 1_830, of: 'a report by the week' },
  month: { days: 3_660, of: 'a report by the month' },
  none: { days: 3_660, of: 'a report' },
};

/** @throws Problem that names the parameter that is not valid, or the limit that is exceeded */
export function readReportRequest(url: string, accept: string | null, nowMs: number): ReportRequest {
  const {
    interval,
    timeZone = 'UTC',
    by,
    order = 'restarts',
    top,
    compare,
    causes,
    format,
    from,
    to,
    ...filter
  } = readQuery(url, reportQuery);
  const zone = zoneOf(timeZone);
  const until = to ?? new Date(nowMs).toISOString();
  checkSpan(from, until, LONGEST[interval ?? 'none']);
  const toMs = Date.parse(until);
  const fromMs =
    from === undefined ? beginningBefore(toMs - (DEFAULT_DAYS - 1) * DAY_MS, zone) : Date.parse(from);
  return {
    wish: {
      span: { fromMs, toMs },
      timeZone,
      by: dimensionsOf(by),
      order,
      top: Number(top ?? DEFAULT_TOP),
      causes: causes === 'true',
    },
    interval,
    zone,
    compares: compare === 'previous',
    filter,
    format: format ?? negotiateReportFormat(accept),
  };
}

function zoneOf(name: string): Zone {
  try {
    return zoneNamed(name);
  } catch (error) {
    throw new Problem(
      'invalid-parameter',
      'The parameter "timeZone" must be a name of the IANA time zone database, such as Europe/Berlin.',
      { members: { parameter: 'timeZone' }, cause: error },
    );
  }
}

function dimensionsOf(by: string | undefined): readonly Dimension[] {
  if (by === undefined) return ['cluster'];
  const names = by.split(',');
  const known = DIMENSIONS.filter((dimension) => names.includes(dimension));
  if (known.length !== names.length) {
    throw new Problem(
      'invalid-parameter',
      `The parameter "by" must be one or several of ${DIMENSIONS.join(', ')}, each once, with commas between them.`,
      { members: { parameter: 'by' } },
    );
  }
  return names as readonly Dimension[];
}
