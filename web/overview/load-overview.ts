import type { RestartRecord, RestartReport } from '../../timeline/contract/report.ts';
import type { Span } from '../../timeline/reports/calendar.ts';
import type { ApiClient } from '../app/api/client.ts';
import type { Bin } from '../chart/stack.ts';
import { binningOf, binsOfReport, binsOfRestarts, LONGEST_FINE_MS } from './binning.ts';
import type { Filters } from './filters.ts';
import { patiently, waitUnless } from './patiently.ts';

export interface Overview {
  readonly span: Span;
  readonly bins: readonly Bin[];
  /** The workloads with the most harm, compared with the stretch before. */
  readonly workloads: RestartReport;
  readonly recent: readonly RestartRecord[];
  /** Whether there are more restarts than `recent` has. */
  readonly hasMore: boolean;
  /** The newest that Kubernetes did not count, whatever the filter says of that. */
  readonly uncounted: readonly RestartRecord[];
}

/** Of a short stretch so many restarts are read one by one, to tell them by the minute. */
const FINE_RESTARTS = 500;
const RECENT_RESTARTS = 20;
const TOP_WORKLOADS = 8;
const UNCOUNTED_SHOWN = 5;
/** The API lists restarts of at most so long; the newest of a longer stretch are among them. */
const LONGEST_LIST_MS = 366 * 86_400_000;

/** All that the overview shows of the restarts of a stretch of time. */
export async function loadOverview(
  api: ApiClient,
  span: Span,
  filters: Filters,
  signal: AbortSignal,
): Promise<Overview> {
  const isFine = span.toMs - span.fromMs <= LONGEST_FINE_MS;
  const during = { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() };
  // A report tells counted and uncounted ones beside each other, and knows no filter for that.
  const told = { ...during, ...filters, counted: undefined };
  const report = (query: Readonly<Record<string, string | number>>) =>
    patiently(() => api.report({ ...told, ...query }, { signal }), waitUnless(signal));
  const listed = {
    ...filters,
    from: new Date(Math.max(span.fromMs, span.toMs - LONGEST_LIST_MS)).toISOString(),
    to: during.to,
  };
  const reportedBins = async () => {
    const binning = binningOf(span);
    const byCause = await report({ by: 'cause', interval: binning.interval });
    return binsOfReport(byCause, binning, filters.counted);
  };
  const [workloads, recent, uncounted, coarse] = await Promise.all([
    report({
      by: 'cluster,namespace,workload',
      order: filters.counted === 'false' ? 'uncounted' : 'harm',
      top: TOP_WORKLOADS,
      causes: 'true',
      compare: 'previous',
    }),
    api.restarts({ ...listed, limit: isFine ? FINE_RESTARTS : RECENT_RESTARTS }, { signal }),
    api.restarts({ ...listed, counted: 'false', limit: UNCOUNTED_SHOWN }, { signal }),
    isFine ? undefined : reportedBins(),
  ]);
  // Too many to be read one by one are counted by the hour.
  const bins = coarse ?? (recent.next === null ? binsOfRestarts(recent.items, span) : await reportedBins());
  return {
    span,
    bins,
    workloads,
    recent: recent.items.slice(0, RECENT_RESTARTS),
    hasMore: recent.next !== null || recent.items.length > RECENT_RESTARTS,
    uncounted: uncounted.items,
  };
}
