import type { Log } from '../log.ts';
import type { TableParts } from '../store/query.ts';
import { judgeSilence } from './judge.ts';
import { readLastHeard } from './last-heard.ts';
import { metricLine } from './metric-line.ts';
import type { SilenceSettings } from './settings.ts';

export interface SilenceCheckParts {
  readonly table: TableParts;
  readonly settings: SilenceSettings;
  /** Takes a line with its end. */
  readonly write: (line: string) => void;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Of how many clusters the log tells each time, those first that have been silent longest. */
const TOLD = 50;

/**
 * Looks how long each cluster has been silent: tells CloudWatch the longest silence as a metric, and the log which
 * clusters they are.
 */
export function createSilenceCheck({ table, settings, write, log, clock }: SilenceCheckParts) {
  return async (): Promise<void> => {
    const nowMs = clock();
    const silence = judgeSilence(await readLastHeard(table), nowMs, settings.silentAfterSeconds);
    write(metricLine(silence, settings.stage, nowMs));
    for (const age of silence.recording.slice(0, TOLD)) {
      if (age.ageSeconds > settings.silentAfterSeconds) log.warn('batch age', { ...age, silent: true });
      else log.info('batch age', { ...age, silent: false });
    }
  };
}
