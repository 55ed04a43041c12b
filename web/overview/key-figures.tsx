import type { RestartReport } from '../../timeline/contract/report.ts';
import { formatDuration } from '../../timeline/time.ts';
import { sayChange } from '../chart/change.ts';
import { Tile } from '../chart/tile.tsx';
import type { CountedFilter } from './binning.ts';

/** The restarts of the stretch in a few numbers, each with how it changed since the stretch before?. */
export function KeyFigures({
  report: { totals, previous, groups, other },
  counted,
}: {
  readonly report: RestartReport;
  readonly counted: CountedFilter;
}) {
  const before = previous?.totals;
  const workloads = groups.length + (other?.groups ?? 0);
  return (
    <div class="tiles">
      {counted !== 'false' && (
        <Tile
          label={counted === 'true' ? 'Counted restarts' : 'Restarts'}
          figure={counted === 'true' ? totals.counted : totals.restarts}
          more={
            counted === 'true'
              ? sayChange(totals.counted, before?.counted)
              : sayChange(totals.restarts, before?.restarts)
          }
        />
      )}
      {counted !== 'true' && (
        <Tile
          label="Not counted by Kubernetes"
          figure={totals.uncounted}
          more={sayChange(totals.uncounted, before?.uncounted)}
          isAlarm={totals.uncounted > 0}
        />
      )}
      <Tile
        label="Downtime"
        figure={formatDuration(totals.downtimeMs)}
        more={
          totals.downtimeSeen < totals.restarts
            ? `of ${totals.downtimeSeen} restarts; ${totals.restarts - totals.downtimeSeen} not seen`
            : sayChange(totals.downtimeMs, before?.downtimeMs, formatDuration)
        }
      />
      <Tile label="Waiting in back-off" figure={formatDuration(totals.backoffMs)} />
      <Tile label="Workloads concerned" figure={workloads} />
    </div>
  );
}
