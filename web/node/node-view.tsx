import type { NodeTimeline } from '../../timeline/contract/incident.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
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
import { IncidentList } from './incident-list.tsx';
import { NodeChart } from './node-chart.tsx';
import { spanOfNode } from './node-plot.ts';
import { NodeRestarts } from './node-restarts.tsx';

/** What happened on a node: incidents that befell many containers at once, and the other restarts. */
export function NodeView({ params }: ViewProps) {
  const { api } = useParts();
  const [cluster, node] = [params.get('cluster') ?? '', params.get('node') ?? ''];
  const isNamed = cluster !== '' && node !== '';
  useTitle(isNamed ? `Node ${plainText(node)}` : 'Node');
  const account = useResource(isNamed ? JSON.stringify([cluster, node]) : undefined, (signal) =>
    api.nodeTimeline(cluster, node, {}, { signal }),
  );
  useMinutely(isNamed, () => account.reload());
  if (!isNamed) {
    return (
      <Empty title="No node is named">
        <p>
          The overview leads to them: <a href={hrefOf('overview')}>to the overview</a>.
        </p>
      </Empty>
    );
  }
  return (
    <div class="node-view">
      <LookPatterns />
      <header>
        <p class="quiet">
          <a href={hrefOf('overview', { cluster })}>
            <Name>{cluster}</Name>
          </a>{' '}
          · node
        </p>
        <h1>
          <Name>{plainText(node)}</Name>
        </h1>
      </header>
      {account.error !== undefined && <Failure error={account.error} onRetry={() => account.reload()} />}
      {account.data === undefined ? (
        account.error === undefined && <Loading what="the node" />
      ) : (
        <Account account={account.data} hasOlder={account.data.next !== null} params={params} />
      )}
    </div>
  );
}

function Account({
  account,
  hasOlder,
  params,
}: { readonly account: NodeTimeline; readonly hasOlder: boolean } & ViewProps) {
  const { cluster, incidents, restarts, gaps } = account;
  const whole = spanOfNode(account);
  const shown = readWindow(params) ?? whole;
  const concerned = incidents.reduce((sum, { members }) => sum + members.length, 0);
  const missed = restarts.filter(({ counted }) => !counted).length;
  return (
    <>
      <div class="tiles">
        <Tile label="Incidents" figure={incidents.length} />
        <Tile label="Containers and pods in them" figure={concerned} />
        <Tile label="Other restarts" figure={restarts.length} />
        <Tile label="of these NOT counted" figure={missed} isAlarm={missed > 0} />
      </div>
      {whole !== undefined && shown !== undefined && (
        <section class="card" aria-labelledby="over-time">
          <div class="toolbar">
            <h2 id="over-time">Over time</h2>
            <ZoomButtons shown={shown} whole={whole} />
            <span class="quiet">UTC</span>
          </div>
          <NodeChart
            account={account}
            span={shown}
            zoom={(next) => setParams(windowParams(next), { keep: true })}
          />
          {hasOlder && <p class="quiet">Pods that were gone long ago are left out; the API has them.</p>}
        </section>
      )}
      <section class="card" aria-labelledby="incidents">
        <h2 id="incidents">Incidents</h2>
        {incidents.length === 0 ? (
          <p class="quiet">None: nothing befell many containers at once.</p>
        ) : (
          <IncidentList cluster={cluster} incidents={incidents} />
        )}
      </section>
      <section class="card" aria-labelledby="others">
        <h2 id="others">Other restarts</h2>
        {restarts.length === 0 ? (
          <p class="quiet">None.</p>
        ) : (
          <NodeRestarts cluster={cluster} restarts={restarts} />
        )}
      </section>
      {gaps.length > 0 && <Gaps gaps={gaps} />}
    </>
  );
}
