import { useState } from 'preact/hooks';
import type { RestartReport } from '../../timeline/contract/report.ts';
import { CAUSE_ORDER, lookOf } from '../../timeline/render/cause-palette.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { formatDuration } from '../../timeline/time.ts';
import { REPORT_PATH } from '../app/api/client.ts';
import { Failure, Loading } from '../app/controls/states.tsx';
import { TimeRangePicker } from '../app/controls/time-range-picker.tsx';
import { useParts } from '../app/parts.ts';
import { type Params, setParams } from '../app/place.ts';
import { rangeParams, readRange } from '../app/time-range.ts';
import { useResource } from '../app/use-resource.ts';
import { useTitle } from '../app/use-title.ts';
import type { ViewProps } from '../app/view-props.ts';
import { BinTable } from '../chart/bin-table.tsx';
import { sayChange } from '../chart/change.ts';
import { Legend } from '../chart/legend.tsx';
import { lookOfRank, OTHERS_LOOK } from '../chart/look.ts';
import { LookPatterns } from '../chart/look-patterns.tsx';
import { saySpan } from '../chart/say-bin.ts';
import { keysOf } from '../chart/stack.ts';
import { StackedBars } from '../chart/stacked-bars.tsx';
import { Tile } from '../chart/tile.tsx';
import { useLast } from '../chart/use-last.ts';
import { FilterBar } from '../overview/filter-bar.tsx';
import { FILTER_NAMES, type Filters, readFilters } from '../overview/filters.ts';
import { patiently, waitUnless } from '../overview/patiently.ts';
import { download } from './download.ts';
import { DIMENSION_WORDS, type ReportChoice, readChoice } from './report-choice.ts';
import { binsOfPieces, OTHERS } from './report-figures.ts';
import { ReportForm } from './report-form.tsx';
import { reportQuery } from './report-query.ts';
import { ReportTable } from './report-table.tsx';

const DEFAULT_RANGE = '30d';
const CLUSTERS_SHOWN = 200;

/** Restarts counted by what one wants to know: to be looked at, compared, printed, and taken away as CSV. */
export function ReportView({ params }: ViewProps) {
  useTitle('Report');
  const { api, clock } = useParts();
  const [nowMs, setNowMs] = useState(clock);
  const [failed, setFailed] = useState<Error>();
  const filters: Filters = { ...readFilters(params), counted: undefined };
  const range = readRange(params, nowMs, DEFAULT_RANGE);
  const choice = readChoice(params, range);
  const query = reportQuery(range, filters, choice);
  const picked: Params = { ...rangeParams(range), ...filters };
  const clusters = useResource('clusters', (signal) => api.clusters({ limit: CLUSTERS_SHOWN }, { signal }));
  const report = useResource(JSON.stringify(query), (signal) =>
    patiently(() => api.report(query, { signal }), waitUnless(signal)),
  );
  const takeCsv = async () => {
    setFailed(undefined);
    await download(await api.response(REPORT_PATH, { ...query, format: 'csv' }), 'restarts.csv');
  };
  const { error, isLoading } = report;
  const last = useLast(report.data);
  // What was asked for before says nothing of what now cannot be had.
  const data = error === undefined ? last : report.data;
  return (
    <div class="report-view" aria-busy={isLoading}>
      <LookPatterns />
      <header>
        <h1>{sayTitle(choice)}</h1>
        <p class="quiet">
          {saySpan(range)} UTC{sayFilters(filters)}
        </p>
      </header>
      <div class="toolbar">
        <TimeRangePicker
          range={range}
          onPick={(next) => {
            setNowMs(clock());
            setParams(rangeParams(next), { keep: true });
          }}
        />
        <ReportForm choice={choice} span={range} />
        <FilterBar
          filters={filters}
          clusters={clusters.data?.items.map(({ name }) => name) ?? []}
          hasCounted={false}
        />
        <span class="actions">
          <button
            type="button"
            onClick={() => {
              takeCsv().catch((reason: unknown) =>
                setFailed(reason instanceof Error ? reason : new Error(String(reason))),
              );
            }}
          >
            Download CSV
          </button>
          <button type="button" onClick={() => window.print()}>
            Print
          </button>
        </span>
      </div>
      {failed !== undefined && <Failure error={failed} />}
      {error !== undefined && <Failure error={error} onRetry={() => report.reload()} />}
      {data === undefined ? (
        error === undefined && <Loading what="the report" />
      ) : (
        <Report report={data} picked={picked} />
      )}
    </div>
  );
}

function Report({ report, picked }: { readonly report: RestartReport; readonly picked: Params }) {
  const { totals, previous } = report;
  return (
    <>
      <div class="tiles">
        <Tile
          label="Restarts"
          figure={totals.restarts}
          more={sayChange(totals.restarts, previous?.totals.restarts)}
        />
        <Tile
          label="Not counted by Kubernetes"
          figure={totals.uncounted}
          more={sayChange(totals.uncounted, previous?.totals.uncounted)}
          isAlarm={totals.uncounted > 0}
        />
        <Tile
          label="Downtime"
          figure={formatDuration(totals.downtimeMs)}
          more={sayChange(totals.downtimeMs, previous?.totals.downtimeMs, formatDuration)}
        />
        <Tile
          label="A restart every"
          figure={
            totals.meanTimeBetweenRestartsMs === null ? '–' : formatDuration(totals.meanTimeBetweenRestartsMs)
          }
        />
      </div>
      {report.pieces !== undefined && <Pieces report={report} />}
      <section class="card" aria-labelledby="groups">
        <h2 id="groups">
          {report.groups.length === 0 ? 'No restarts in this stretch of time' : 'Groups, the worst first'}
        </h2>
        {report.groups.length > 0 && <ReportTable report={report} picked={picked} />}
      </section>
    </>
  );
}

function Pieces({ report }: { readonly report: RestartReport }) {
  const { keys, bins } = binsOfPieces(report);
  const isByCause = report.by.length === 1 && report.by[0] === 'cause';
  const shown = isByCause ? keysOf(bins, CAUSE_ORDER) : keys;
  const look = (key: string) => {
    if (key === OTHERS) return OTHERS_LOOK;
    return isByCause ? lookOf(key) : lookOfRank(keys.indexOf(key));
  };
  const span = { fromMs: Date.parse(report.from), toMs: Date.parse(report.to) };
  return (
    <section class="card" aria-labelledby="pieces">
      <h2 id="pieces">Restarts over time</h2>
      <Legend
        label="Groups"
        entries={shown.map((key) => ({
          key,
          look: look(key),
          count: bins.reduce((sum, { counts }) => sum + (counts.get(key) ?? 0), 0),
        }))}
      />
      <StackedBars
        label={`Restarts by ${report.by.join(', ')}, ${saySpan(span)} UTC`}
        span={span}
        bins={bins}
        keys={shown}
        lookOf={look}
        zoom={(next) => setParams(rangeParams(next), { keep: true })}
      />
      <BinTable bins={bins} keys={shown} />
    </section>
  );
}

function sayTitle({ by, interval }: ReportChoice): string {
  const words = by.map((dimension) => DIMENSION_WORDS[dimension].toLowerCase()).join(', ');
  return `Restarts by ${words}${interval === undefined ? '' : `, per ${interval}`}`;
}

function sayFilters(filters: Filters): string {
  const said = FILTER_NAMES.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [`${name} ${plainText(value)}`];
  });
  return said.length === 0 ? '' : `, only ${said.join(', ')}`;
}
