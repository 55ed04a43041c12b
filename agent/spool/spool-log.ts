import type { WatchedSource } from '../../timeline/contract/agent-event.ts';
import type { Log } from '../log.ts';
import type { Statement } from '../statement.ts';
import type { DroppedEvents } from './dropped.ts';
import type { DiskSpoolReports } from './spool-reports.ts';

/**
 * What a spool tells, as sentences for whoever runs the agent, and as statements for whoever reads the history.
 *
 * @param state makes a statement, and resolves when it is safe; it does not reject
 * @param watched all sources: events of which nothing is known any more can have been of each
 */
export function createSpoolLog(
  log: Log,
  state: (statement: Statement) => Promise<void>,
  watched: readonly WatchedSource[],
): DiskSpoolReports {
  return {
    full: () =>
      log.warn(
        {},
        'no more events can be kept while the podlapse API is away: the oldest are dropped from now on (--spool-max-bytes)',
      ),
    async dropped(drops) {
      for (const drop of drops) {
        log.warn({ ...drop }, sentenceOf(drop));
        for (const source of drop.watched === undefined ? watched : [drop.watched]) {
          await state(statementOf(source, drop));
        }
      }
    },
    onlyInMemory(problem) {
      log.error(
        { error: problem.message },
        `the spool cannot be written (${adviceFor(problem)}): events are kept in memory only, and lost if the agent is killed; the agent keeps trying`,
      );
      for (const source of watched) {
        void state({ type: 'events-dropped', watched: source, reason: 'spool-in-memory', dropped: 0 });
      }
    },
    onDiskAgain: () => log.info({}, 'the spool can be written again; everything that waits is on the disk'),
    torn: (bytes) =>
      log.info(
        { bytes },
        'the end of the spool was torn when the last agent ended: it was cut off, nothing is lost',
      ),
  };
}

function sentenceOf({ reason }: DroppedEvents): string {
  switch (reason) {
    case 'spool-full':
      return 'events were dropped for want of room while the API was away';
    case 'spool-damaged':
      return 'events were lost: the disk gave back something else than what was written to it';
  }
}

function statementOf(source: WatchedSource, { from, to, reason, count }: DroppedEvents): Statement {
  return {
    type: 'events-dropped',
    watched: source,
    ...(from === undefined || to === undefined ? {} : { from, to }),
    reason,
    dropped: count,
  };
}

function adviceFor(problem: Error): string {
  const code = 'code' in problem ? problem.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `${problem.message}: make room on the disk of --spool-dir`;
    case 'EROFS':
      return `${problem.message}: mount --spool-dir so that it can be written to`;
    case 'EACCES':
    case 'EPERM':
      return `${problem.message}: let the agent's user write to --spool-dir`;
    default:
      return `${problem.message}: check the disk of --spool-dir`;
  }
}
