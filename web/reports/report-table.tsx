import type { RestartReport } from '../../timeline/contract/report.ts';
import { plainText } from '../../timeline/render/plain-text.ts';
import { formatDuration } from '../../timeline/time.ts';
import { Name } from '../app/controls/name.tsx';
import { hrefOf, type Params } from '../app/place.ts';
import { changeOf } from '../chart/change.ts';
import { fillOf } from '../chart/look.ts';
import { DIMENSION_WORDS } from './report-choice.ts';
import { type GroupRow, rowsOfPiece } from './report-figures.ts';
import { groupFilters } from './report-query.ts';

/** The groups of a report, each with its figures and how they changed, and the whole below. */
export function ReportTable({ report, picked }: { readonly report: RestartReport; readonly picked: Params }) {
  const rows = rowsOfPiece(report, report.by);
  const compares = report.previous !== undefined;
  const most = rows.reduce((highest, { figures }) => Math.max(highest, figures.restarts), 1);
  const whole: GroupRow = {
    name: 'All',
    key: null,
    figures: report.totals,
    previous: report.previous?.totals,
  };
  return (
    <div class="wide" role="region" aria-label="The report as a table" tabIndex={0}>
      <table class="report">
        <thead>
          <tr>
            {report.by.map((dimension) => (
              <th key={dimension} scope="col">
                {DIMENSION_WORDS[dimension]}
              </th>
            ))}
            <th scope="col" class="number">
              Restarts
            </th>
            <th scope="col" class="bar-cell">
              <span class="visually-hidden">Counted and not counted, drawn</span>
            </th>
            <th scope="col" class="number">
              Not counted
            </th>
            <th scope="col" class="number">
              Downtime
            </th>
            <th scope="col" class="number">
              A restart every
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.key)}>
              <Names row={row} by={report.by} picked={picked} />
              <Cells row={row} compares={compares} most={most} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <Names row={whole} by={report.by} picked={picked} />
            <Cells row={whole} compares={compares} most={undefined} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Names({
  row: { key, name },
  by,
  picked,
}: {
  readonly row: GroupRow;
  readonly by: RestartReport['by'];
  readonly picked: Params;
}) {
  if (key === null) {
    return (
      <th scope="row" colSpan={by.length}>
        {name}
      </th>
    );
  }
  const href = hrefOf('overview', { ...picked, ...groupFilters(key) });
  return by.map((dimension, index) => {
    const words = <Name>{plainText(key[dimension] ?? '(not known)')}</Name>;
    return index === 0 ? (
      <th key={dimension} scope="row" class="group">
        <a href={href}>{words}</a>
      </th>
    ) : (
      <td key={dimension}>{words}</td>
    );
  });
}

function Cells({
  row: { figures, previous },
  compares,
  most,
}: {
  readonly row: GroupRow;
  readonly compares: boolean;
  /** What the longest bar stands for; undefined without a bar. */
  readonly most: number | undefined;
}) {
  const { restarts, counted, uncounted, downtimeMs, downtimeSeen } = figures;
  const every = figures.meanTimeBetweenRestartsMs;
  return (
    <>
      <td class="number">
        {restarts}
        {compares && <Change now={restarts} before={previous?.restarts ?? 0} />}
      </td>
      <td class="bar-cell">
        {most !== undefined && (
          <svg class="share" width="100%" height="12" aria-hidden="true">
            <rect width={`${(counted / most) * 100}%`} height="12" fill="var(--running)" />
            <rect
              x={`${(counted / most) * 100}%`}
              width={`${(uncounted / most) * 100}%`}
              height="12"
              fill={fillOf({ tone: 'failed', texture: 'stripes' })}
            />
          </svg>
        )}
      </td>
      <td class="number">{uncounted > 0 ? <b class="missed-count">◆ {uncounted}</b> : 0}</td>
      <td class="number">
        {formatDuration(downtimeMs)}
        {downtimeSeen < restarts && <span class="quiet"> of {downtimeSeen}</span>}
        {compares && <Change now={downtimeMs} before={previous?.downtimeMs ?? 0} say={formatDuration} />}
      </td>
      <td class="number">{every === null ? '–' : formatDuration(every)}</td>
    </>
  );
}

const ARROWS = { more: '▲ ', fewer: '▼ ', same: '' } as const;

function Change({
  now,
  before,
  say = String,
}: {
  readonly now: number;
  readonly before: number;
  readonly say?: (amount: number) => string;
}) {
  const { direction, text, percent } = changeOf(now, before, say);
  return (
    <span class={`change ${direction}`} title={`before: ${say(before)}`}>
      <span aria-hidden="true">{ARROWS[direction]}</span>
      {text}
      {percent !== '' && <span class="quiet"> {percent}</span>}
    </span>
  );
}
