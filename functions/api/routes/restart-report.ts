import type { RestartReport } from '../../../timeline/contract/report.ts';
import { cutSpan, type Span } from '../../../timeline/reports/calendar.ts';
import { type CellFilter } from '../../../timeline/reports/cells.ts';
import { buildReport, type Counted } from '../../../timeline/reports/report.ts';
import { requireReader, requireReaderOf } from '../access.ts';
import { type ReportRequest, readReportRequest } from '../report-request.ts';
import { reportResponse } from '../report-response.ts';
import type { Store } from '../../store/store.ts';
import type { ApiParts, Route } from '../route.ts';

/** Restarts of all clusters that the caller may read, counted by what is asked for. */
export function restartReportRoute({ store, authorise, clock }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/reports/restarts',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const readable = requireReader(principal);
      const request = readReportRequest(context.req.url, context.req.header('accept') ?? null, clock());
      if (request.filter.cluster !== undefined) requireReaderOf(principal, request.filter.cluster);
      const filter = readable === 'all' ? request.filter : { ...request.filter, clusters: readable };
      return reportResponse(await makeReport(store, request, filter), request.format);
    },
  };
}

async function makeReport(
  store: Store,
  { wish, interval, zone, compares }: ReportRequest,
  filter: CellFilter,
): Promise<RestartReport> {
  const pieces = interval === undefined ? [wish.span] : cutSpan(wish.span, interval, zone);
  const before = compares ? [spanBefore(wish.span)] : [];
  const by = wish.causes && !wish.by.includes('cause') ? [...wish.by, 'cause' as const] : wish.by;
  const spans = [...before, ...pieces];
  const tables = await store.countRestarts(spans, { by, filter });
  const counted = spans.flatMap((span, index): Counted[] => {
    const table = tables[index];
    return table === undefined ? [] : [{ span, table }];
  });
  const previous = compares ? counted.shift() : undefined;
  return buildReport(wish, counted, previous, interval !== undefined);
}

function spanBefore({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}
