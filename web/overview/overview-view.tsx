import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { RestartReport } from '../../timeline/contract/report.ts';
import { CAUSE_ORDER, lookOf } from '../../timeline/render/cause-palette.ts';
import { Empty, Failure, Loading } from '../app/controls/states.tsx';
import { TimeRangePicker } from '../app/controls/time-range-picker.tsx';
import { useParts } from '../app/parts.ts';
import { hrefOf, type Params, setParams } from '../app/place.ts';
import { rangeParams, readRange } from '../app/time-range.ts';
import { useResource } from '../app/use-resource.ts';
import { useTitle } from '../app/use-title.ts';
import type { ViewProps } from '../app/view-props.ts';
import { BinTable } from '../chart/bin-table.tsx';
import { Legend } from '../chart/legend.tsx';
import { LookPatterns } from '../chart/look-patterns.tsx';
import { saySpan } from '../chart/say-bin.ts';
import { keysOf } from '../chart/stack.ts';
import { StackedBars } from '../chart/stacked-bars.tsx';
import { useLast } from '../chart/use-last.ts';
import { ClusterList } from './cluster-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, readFilters } from './filters.ts';
import { KeyFigures } from './key-figures.tsx';
import { loadOverview, type Overview } from './load-overview.ts';
import { PodList } from './pod-list.tsx';
import { QuietTime } from './quiet-time.tsx';
import { RestartList } from './restart-list.tsx';
import { TopWorkloads } from './top-workloads.tsx';
import { useMinutely } from './use-minutely.ts';

const DEFAULT_RANGE = '24h';
const CLUSTERS_SHOWN = 200;
const PODS_SHOWN = 100;

/** What restarted, where and why, across clusters: the page that one opens first. */
export function OverviewView({ params }: ViewProps) {
  useTitle('Overview');
  const { api, clock } = useParts();
  const [nowMs, setNowMs] = useState(clock);
  const filters = readFilters(params);
  const range = readRange(params, nowMs, DEFAULT_RANGE);
  const picked: Params = { ...rangeParams(range), ...filters };
  const clusters = useResource('clusters', (signal) => api.clusters({ limit: CLUSTERS_SHOWN }, { signal }));
  const overview = useResource(JSON.stringify(picked), (signal) =>
    loadOverview(api, readRange(params, clock(), DEFAULT_RANGE), filters, signal),
  );
  const { cluster, namespace, workload } = filters;
  const pods = useResource(
    cluster === undefined ? undefined : JSON.stringify([cluster, namespace, workload]),
    (signal) => api.pods(cluster ?? '', { namespace, workload, limit: PODS_SHOWN }, { signal }),
  );
  useMinutely(range.preset !== undefined, () => {
    setNowMs(clock());
    overview.reload();
    clusters.reload();
  });
  const { error, isLoading } = overview;
  const last = useLast(overview.data);
  // What was asked for before says nothing of what now cannot be had.
  const data = error === undefined ? last : overview.data;
  const clustersCard = (
    <section class="card clusters-card" aria-labelledby="clusters">
      <h2 id="clusters">Clusters</h2>
      {clusters.error !== undefined && <Failure error={clusters.error} onRetry={() => clusters.reload()} />}
      {clusters.data?.items.length === 0 && (
        <Empty title="No cluster has been recorded yet">
          <p>
            Record one with <code>npm run agent -- --cluster NAME</code>.
          </p>
        </Empty>
      )}
      {clusters.data !== undefined && (
        <ClusterList clusters={clusters.data.items} nowMs={nowMs} params={picked} />
      )}
    </section>
  );
  return (
    <div class="overview" aria-busy={isLoading}>
      <LookPatterns />
      <h1 class="visually-hidden">Overview</h1>
      <div class="toolbar">
        <TimeRangePicker
          range={range}
          onPick={(next) => {
            setNowMs(clock());
            setParams(rangeParams(next), { keep: true });
          }}
        />
        <FilterBar filters={filters} clusters={clusters.data?.items.map(({ name }) => name) ?? []} />
      </div>
      {error !== undefined && <Failure error={error} onRetry={() => overview.reload()} />}
      {data === undefined ? (
        <>
          {error === undefined && <Loading what="the restarts" />}
          {clustersCard}
        </>
      ) : (
        <Restarts
          overview={data}
          clusters={cluster === undefined ? (clusters.data?.items.map(({ name }) => name) ?? []) : [cluster]}
          filters={filters}
          picked={picked}
        >
          {clustersCard}
        </Restarts>
      )}
      {cluster !== undefined && (
        <section class="card pods-card" aria-labelledby="pods">
          <h2 id="pods">
            Pods of <bdi>{cluster}</bdi>
          </h2>
          {pods.error !== undefined && <Failure error={pods.error} onRetry={() => pods.reload()} />}
          {pods.data !== undefined && <PodList pods={pods.data.items} hasMore={pods.data.next !== null} />}
        </section>
      )}
    </div>
  );
}

function Restarts({
  overview: { span, bins, workloads, recent, hasMore, uncounted },
  clusters,
  filters,
  picked,
  children,
}: {
  readonly overview: Overview;
  readonly clusters: readonly string[];
  readonly filters: Filters;
  readonly picked: Params;
  /** What stands before the long list. */
  readonly children: ComponentChildren;
}) {
  const keys = keysOf(bins, CAUSE_ORDER);
  const countOf = (key: string) => bins.reduce((sum, { counts }) => sum + (counts.get(key) ?? 0), 0);
  return (
    <>
      <section class="card over-time" aria-labelledby="over-time">
        <h2 id="over-time">Restarts by cause</h2>
        <p class="quiet">
          {saySpan(span)} UTC ·{' '}
          <a href={hrefOf('report', { ...picked, counted: undefined, by: 'cause' })}>As a report</a>
        </p>
        <KeyFigures report={workloads} counted={filters.counted} />
        <Legend
          label="Causes; each leads to its restarts alone"
          entries={keys.map((key) => ({
            key,
            look: lookOf(key),
            count: countOf(key),
            href: hrefOf('overview', { ...picked, cause: filters.cause === key ? undefined : key }),
            isCurrent: filters.cause === key,
          }))}
        />
        {recent.length === 0 ? (
          <QuietTime clusters={clusters} picked={picked} />
        ) : (
          <>
            <StackedBars
              label={`Restarts by cause, ${saySpan(span)} UTC`}
              span={span}
              bins={bins}
              keys={keys}
              lookOf={lookOf}
              zoom={(next) => setParams(rangeParams(next), { keep: true })}
            />
            <BinTable bins={bins} keys={keys} />
          </>
        )}
      </section>
      {uncounted.length > 0 && filters.counted === undefined && (
        <section class="card uncounted" aria-labelledby="uncounted">
          <h2 id="uncounted">{sayUncounted(workloads)}</h2>
          <p>
            kubectl’s RESTARTS does not show {workloads.totals.uncounted === 1 ? 'it' : 'them'}, and nothing
            that alerts on that number does.
          </p>
          <RestartList label="The newest restarts that were not counted" restarts={uncounted} />
          <a href={hrefOf('overview', { ...picked, counted: 'false' })}>Only those not counted</a>
        </section>
      )}
      <section class="card worst" aria-labelledby="worst">
        <h2 id="worst">Top workloads by harm</h2>
        {workloads.groups.length === 0 ? (
          <p class="quiet">None restarted.</p>
        ) : (
          <TopWorkloads report={workloads} counted={filters.counted} />
        )}
      </section>
      {children}
      <section class="card recent" aria-labelledby="recent">
        <h2 id="recent">Recent restarts</h2>
        {recent.length === 0 ? (
          <p class="quiet">None in this stretch of time.</p>
        ) : (
          <RestartList label="Recent restarts, newest first" restarts={recent} />
        )}
        {hasMore && <p class="quiet">There are more: zoom in, or narrow them down.</p>}
      </section>
    </>
  );
}

function sayUncounted({ totals: { uncounted, restarts } }: RestartReport): string {
  return `Kubernetes did not count ${uncounted} of ${restarts === 1 ? '1 restart' : `${restarts} restarts`}`;
}
