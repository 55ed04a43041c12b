import type { ReportGroup, RestartReport } from '../../timeline/contract/report.ts';
import { CAUSE_ORDER, lookOf } from '../../timeline/render/cause-palette.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { formatDuration } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import { fillOf } from '../chart/look.ts';
import { stackBin } from '../chart/stack.ts';
import type { CountedFilter } from './binning.ts';
import { workloadHref } from './workload-href.ts';

const BAR_HEIGHT = 10;

/** The workloads by harm, worst first: each with its downtime, and a bar of its restarts by cause. */
export function TopWorkloads({
  report: { groups, other },
  counted,
}: {
  readonly report: RestartReport;
  readonly counted: CountedFilter;
}) {
  const shown = groups.filter((group) => countOf(group, counted) > 0);
  const most = shown.reduce((highest, { restarts }) => Math.max(highest, restarts), 1);
  return (
    <>
      <ol class="top-workloads">
        {shown.map((group) => (
          <li key={JSON.stringify(group.key)}>
            <WorkloadLine group={group} most={most} />
          </li>
        ))}
      </ol>
      {other !== null && other.restarts > 0 && counted !== 'false' && (
        <p class="quiet">
          and {other.groups === 1 ? '1 other workload' : `${other.groups} other workloads`} with{' '}
          {other.restarts} restarts
        </p>
      )}
    </>
  );
}

function countOf({ restarts, counted, uncounted }: ReportGroup, filter: CountedFilter): number {
  return filter === undefined ? restarts : filter === 'true' ? counted : uncounted;
}

function WorkloadLine({ group, most }: { readonly group: ReportGroup; readonly most: number }) {
  const { key, restarts, uncounted, harmMs, causes = {} } = group;
  const [cluster, namespace, workload] = [key.cluster ?? '', key.namespace ?? '', key.workload ?? ''];
  const layers = stackBin({ fromMs: 0, toMs: 0, counts: new Map(Object.entries(causes)) }, CAUSE_ORDER);
  return (
    <>
      <span class="what">
        <a href={workloadHref(cluster, namespace, workload)}>
          <Name>{plainText(workload)}</Name>
        </a>{' '}
        <span class="quiet">
          <Name>{cluster}</Name> · <Name>{plainText(namespace)}</Name>
        </span>
      </span>
      <span class="figures">
        <b>{formatDuration(harmMs)}</b> down · {restarts === 1 ? '1 restart' : `${restarts} restarts`}
        {uncounted > 0 && <span class="chip alarm">◆ {uncounted} not counted</span>}
      </span>
      <svg class="share" width="100%" height={BAR_HEIGHT} aria-hidden="true">
        {layers.map(({ key: cause, from, to }) => (
          <rect
            key={cause}
            x={`${(from / most) * 100}%`}
            width={`${((to - from) / most) * 100}%`}
            height={BAR_HEIGHT}
            fill={fillOf(lookOf(cause))}
          />
        ))}
      </svg>
      <span class="causes quiet">
        {layers.map(({ key: cause, count }) => `${count} ${cause}`).join(', ')}
      </span>
    </>
  );
}
