import { useMemo, useState } from 'preact/hooks';
import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { Name } from '../app/controls/name.tsx';
import { TABLES, type TableName, type TableRow } from './table-rows.ts';
import type { TimeWindow } from './time-window.ts';

/** So many rows at once: more are not read, and would only slow the page. */
const ROWS_AT_ONCE = 100;

/** The facts of the drawing as tables: of what it shows at the moment. */
export function Tables({
  timeline,
  events,
  shown,
  selected,
  onSelect,
}: {
  readonly timeline: Timeline;
  readonly events: readonly RecordedEvent[];
  /** Undefined: all of it. */
  readonly shown: TimeWindow | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}) {
  const [name, setName] = useState<TableName>('restarts');
  const [room, setRoom] = useState(ROWS_AT_ONCE);
  const { columns, rowsOf } = TABLES[name];
  const rows = useMemo(() => rowsOf(timeline, events), [rowsOf, timeline, events]);
  const visible = useMemo(() => rows.filter((row) => isWithin(row, shown)), [rows, shown]);
  const counts: Readonly<Record<TableName, number>> = {
    restarts: timeline.restarts.length,
    runs: timeline.runs.length,
    status: timeline.phases.length,
    events: events.length,
    gaps: timeline.gaps.length,
  };
  return (
    <section class="tables" aria-label="The same as tables">
      <div class="segments" role="group" aria-label="Which table">
        {(Object.keys(TABLES) as TableName[]).map((table) => (
          <button
            key={table}
            type="button"
            aria-pressed={table === name}
            onClick={() => {
              setName(table);
              setRoom(ROWS_AT_ONCE);
            }}
          >
            {TABLES[table].title} <span class="count">{counts[table]}</span>
          </button>
        ))}
      </div>
      {shown === undefined || visible.length === rows.length ? null : (
        <p class="quiet">
          {visible.length} of {rows.length} lie in the stretch that is shown.
        </p>
      )}
      {visible.length === 0 ? (
        <p class="empty">{TABLES[name].none}</p>
      ) : (
        <div class="wide" tabIndex={0} role="region" aria-label={TABLES[name].title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {visible.slice(0, room).map(({ key, cells, alarm }) => (
                <tr key={key} class={key === selected ? 'selected' : undefined}>
                  {cells.map((cell, index) => (
                    <td key={columns[index]} class={index === 0 ? 'time' : undefined}>
                      {index === 0 ? (
                        <button type="button" class="link" onClick={() => onSelect(key)}>
                          {cell}
                        </button>
                      ) : alarm === index ? (
                        <span class="chip alarm">◆ {cell}</span>
                      ) : (
                        <Name>{cell}</Name>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {visible.length > room ? (
        <button type="button" onClick={() => setRoom(room + ROWS_AT_ONCE)}>
          Show more of {visible.length - room}
        </button>
      ) : null}
    </section>
  );
}

function isWithin({ fromMs, toMs }: TableRow, shown: TimeWindow | undefined): boolean {
  if (shown === undefined || fromMs === undefined) return true;
  return fromMs <= shown.toMs && (toMs === undefined || toMs >= shown.fromMs);
}
