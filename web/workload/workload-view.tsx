import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { sumUpWorkload } from '../../timeline/render/workload-text.ts';
import { Name } from '../app/controls/name.tsx';
import { Empty, Failure, Loading } from '../app/controls/states.tsx';
import { useParts } from '../app/parts.ts';
import { hrefOf, setParams } from '../app/place.ts';
import { useResource } from '../app/use-resource.ts';
import { useTitle } from '../app/use-title.ts';
import type { ViewProps } from '../app/view-props.ts';
import { Gaps } from '../chart/gaps.tsx';
import { LookPatterns } from '../chart/look-patterns.tsx';
import { Tile } from '../chart/tile.tsx';
import { ZoomButtons } from '../chart/zoom-buttons.tsx';
import { useMinutely } from '../overview/use-minutely.ts';
import { readWindow, windowParams } from '../pod/time-window.ts';
import { WorkloadChart } from './workload-chart.tsx';
import { WorkloadLegend } from './workload-legend.tsx';
import { WorkloadPatterns } from './workload-patterns.tsx';
import { spanOfWorkload } from './workload-span.ts';
import { Happenings, PodTable } from './workload-tables.tsx';

/** A workload across all of its pods: what restarted, what replaced what, and which deploy came before. */
export function WorkloadView({ params }: ViewProps) {
  const { api } = useParts();
  const [cluster, namespace, kind, name] = ['cluster', 'namespace', 'kind', 'name'].map(
    (key) => params.get(key) ?? '',
  ) as [string, string, string, string];
  const isNamed = cluster !== '' && namespace !== '' && kind !== '' && name !== '';
  useTitle(isNamed ? `${plainText(kind)}/${plainText(name)}` : 'Workload');
  const account = useResource(
    isNamed ? JSON.stringify([cluster, namespace, kind, name]) : undefined,
    (signal) => api.workloadTimeline({ cluster, namespace, kind, name }, { signal }),
  );
  useMinutely(isNamed, () => account.reload());
  if (!isNamed) {
    return (
      <Empty title="No workload is named">
        <p>
          The overview leads to them: <a href={hrefOf('overview')}>to the overview</a>.
        </p>
      </Empty>
    );
  }
  return (
    <div class="workload-view">
      <LookPatterns />
      <header>
        <p class="quiet">
          <a href={hrefOf('overview', { cluster })}>
            <Name>{cluster}</Name>
          </a>{' '}
          ·{' '}
          <a href={hrefOf('overview', { cluster, namespace })}>
            <Name>{plainText(namespace)}</Name>
          </a>{' '}
          ·{' '}
          <a href={hrefOf('overview', { cluster, namespace, workload: `${kind}/${name}`, range: '7d' })}>
            Its restarts over time
          </a>
        </p>
        <h1>
          <Name>{plainText(`${kind}/${name}`)}</Name>
        </h1>
      </header>
      {account.error !== undefined && <Failure error={account.error} onRetry={() => account.reload()} />}
      {account.data === undefined ? (
        account.error === undefined && <Loading what="the workload" />
      ) : (
        <Account account={account.data} params={params} />
      )}
    </div>
  );
}

function Account({ account, params }: { readonly account: WorkloadTimeline } & ViewProps) {
  const { summary, pods, leftOut, gaps } = account;
  const whole = spanOfWorkload(account);
  const shown = readWindow(params) ?? whole;
  return (
    <>
      <div class="tiles">
        <Tile label="Restarts in all" figure={summary.total} />
        <Tile label="of containers" figure={summary.restarts} />
        <Tile label="NOT counted by Kubernetes" figure={summary.uncounted} isAlarm={summary.uncounted > 0} />
        <Tile label="Pods replaced" figure={summary.replacements} />
        <Tile label="Pods living, of all" figure={`${summary.living} of ${summary.pods}`} />
      </div>
      <p>{sumUpWorkload(summary)}.</p>
      {whole !== undefined && shown !== undefined && (
        <section class="card" aria-labelledby="lanes">
          <div class="toolbar">
            <h2 id="lanes">Pods over time</h2>
            <ZoomButtons shown={shown} whole={whole} />
            <span class="quiet">UTC</span>
          </div>
          <WorkloadLegend account={account} />
          <WorkloadChart
            account={account}
            span={shown}
            zoom={(next) => setParams(windowParams(next), { keep: true })}
          />
          {(leftOut.pods > 0 || leftOut.morePods || leftOut.restarts > 0) && (
            <p class="quiet">
              Left out, as too many: the {leftOut.pods} oldest pods{leftOut.morePods && ', and maybe more'};
              the {leftOut.restarts} oldest restarts.
            </p>
          )}
        </section>
      )}
      <WorkloadPatterns account={account} />
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">What happened</h2>
        <Happenings account={account} />
      </section>
      <section class="card" aria-labelledby="pods">
        <h2 id="pods">Pods</h2>
        <PodTable cluster={account.cluster} pods={pods} />
      </section>
      {gaps.length > 0 && <Gaps gaps={gaps} />}
    </>
  );
}
