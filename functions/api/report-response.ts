import type { RestartReport } from '../../timeline/contract/report.ts';
import { renderCsv, renderNdjson } from '../../timeline/reports/report-rows.ts';
import type { ReportFormat } from './report-request.ts';

/** A report in one of its formats. */
export function reportResponse(report: RestartReport, format: ReportFormat): Response {
  switch (format) {
    case 'json':
      return respond(JSON.stringify(report), 'application/json');
    case 'csv':
      return respond(renderCsv(report), 'text/csv; charset=utf-8; header=present', {
        'content-disposition': `attachment; filename="restarts-${report.from.slice(0, 10)}-${report.to.slice(0, 10)}.csv"`,
      });
    case 'ndjson':
      return respond(renderNdjson(report), 'application/x-ndjson');
  }
}

function respond(body: string, contentType: string, more: Readonly<Record<string, string>> = {}): Response {
  // Bytes, not text: Node writes a long text of more than Latin-1 to a socket several times slower.
  return new Response(new TextEncoder().encode(body), {
    headers: { 'content-type': contentType, vary: 'Accept', ...more },
  });
}
