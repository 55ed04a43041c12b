import type { RecordedEvent } from '../../timeline/contract/event.ts';
import type { Timeline } from '../../timeline/contract/timeline.ts';
import { formatMoment, shortId } from '../../timeline/render/plain-text.ts';
import { isMissed } from '../../timeline/render/pod-lanes.ts';
import { sayOutcome } from '../../timeline/render/text.ts';
import { formatDuration, millisBetween } from '../../timeline/time.ts';
import { sayEvent } from './say-event.ts';

export interface TableRow {
  /** As in the URL's `select`. */
  readonly key: string;
  readonly cells: readonly string[];
  /** The cell that must not be missed, by index. */
  readonly alarm?: number;
  /** Undefined if it was not seen. */
  readonly fromMs: number | undefined;
  /** Undefined while it lasts. */
  readonly toMs: number | undefined;
}

interface Table {
  readonly title: string;
  /** What stands in the place of no rows. */
  readonly none: string;
  readonly columns: readonly string[];
  readonly rowsOf: (timeline: Timeline, events: readonly RecordedEvent[]) => readonly TableRow[];
}

export type TableName = 'restarts' | 'runs' | 'status' | 'events' | 'gaps';

const UNSEEN = 'not seen';

export const TABLES: Readonly<Record<TableName, Table>> = {
  restarts: {
    title: 'Restarts',
    none: 'No restarts here.',
    columns: ['At (UTC)', 'Container', 'Cause', 'Counted', 'Down', 'Back-off'],
    rowsOf: ({ restarts, summary }) =>
      restarts.map((restart, index) => {
        const { at, container, cause, counted, downtimeMs, backoffMs } = restart;
        const missed = isMissed(restart, summary);
        return {
          key: `restart:${index}`,
          cells: [
            at === null ? UNSEEN : formatMoment(at),
            container,
            cause,
            counted ? 'yes' : missed ? 'NO' : '–',
            downtimeMs === null ? UNSEEN : sayDuration(downtimeMs),
            backoffMs === 0 ? '–' : sayDuration(backoffMs),
          ],
          ...(missed ? { alarm: 3 } : {}),
          fromMs: millisOf(at),
          toMs: millisOf(at),
        };
      }),
  },
  runs: {
    title: 'Runs',
    none: 'No runs here.',
    columns: ['Started (UTC)', 'Container', 'ID', 'Ran for', 'Ended', 'Attempt'],
    rowsOf: ({ runs }) =>
      runs.map((run, index) => {
        const { container, kind, containerId, attempt, startedAt, createdAt, finishedAt } = run;
        return {
          key: `run:${index}`,
          cells: [
            startedAt === null ? UNSEEN : formatMoment(startedAt),
            kind === 'app' ? container : `${container} (${kind})`,
            shortId(containerId),
            startedAt === null || finishedAt === null
              ? '–'
              : sayDuration(Math.max(0, millisBetween(startedAt, finishedAt))),
            sayOutcome(run),
            attempt === null ? '–' : String(attempt),
          ],
          fromMs: millisOf(startedAt ?? createdAt),
          toMs: millisOf(finishedAt),
        };
      }),
  },
  status: {
    title: 'Status',
    none: 'No status was seen here.',
    columns: ['Seen (UTC)', 'READY', 'STATUS', 'RESTARTS', 'Phase'],
    rowsOf: ({ phases }) =>
      phases.map(({ at, ready, status, restarts, phase }, index) => ({
        key: `phase:${index}`,
        cells: [formatMoment(at), ready, status, String(restarts), phase],
        fromMs: Date.parse(at),
        toMs: Date.parse(at),
      })),
  },
  events: {
    title: 'Events',
    none: 'No events here.',
    columns: ['Occurred (UTC)', 'Source', 'What'],
    rowsOf: (_timeline, events) =>
      events.map((event) => ({
        key: `event:${event.id}`,
        cells: [formatMoment(event.occurredAt), event.source, sayEvent(event)],
        fromMs: Date.parse(event.occurredAt),
        toMs: Date.parse(event.occurredAt),
      })),
  },
  gaps: {
    title: 'Not recorded',
    none: 'Nothing was missed here: every source was watched.',
    columns: ['From (UTC)', 'To', 'Source', 'Reason'],
    rowsOf: ({ gaps }) =>
      gaps.map(({ from, to, source, reason }, index) => ({
        key: `gap:${index}`,
        cells: [
          from === null ? 'before anything is known' : formatMoment(from),
          to === null ? 'still' : formatMoment(to),
          source,
          reason,
        ],
        fromMs: millisOf(from),
        toMs: millisOf(to),
      })),
  },
};

/** As one word: a table breaks it over no lines. */
function sayDuration(ms: number): string {
  return formatDuration(ms).replaceAll(' ', '\u00a0');
}

function millisOf(time: string | null): number | undefined {
  return time === null ? undefined : Date.parse(time);
}
