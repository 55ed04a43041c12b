import type { LogEvent, LogTail } from '../contract/log-event.ts';
import type { Restart } from '../contract/timeline.ts';

/** So that the timeline of a pod that restarts for ever stays within what an answer can carry. */
const MAX_LOGS = 50;

/**
 * The restarts, each with what its old run wrote last, where that was recorded; of many, the newest.
 *
 * @param restarts oldest first
 */
export function attachLogs(restarts: Restart[], logs: readonly LogEvent[]): Restart[] {
  if (logs.length === 0) return restarts;
  const tails = new Map(logs.map((event) => [event.containerId, tailOf(event)]));
  let left = MAX_LOGS;
  return restarts
    .toReversed()
    .map((restart) => {
      // A container that its runtime started once more has one log for both of its runs.
      const log = restart.from === restart.to ? undefined : tails.get(restart.from);
      if (log === undefined || left === 0) return restart;
      left -= 1;
      return { ...restart, log };
    })
    .reverse();
}

/** A restart as it is told outside the timeline of its pod: a list of many would grow too long with their logs. */
export function withoutLog(restart: Restart): Omit<Restart, 'log'> {
  const { log: _, ...rest } = restart;
  return rest;
}

function tailOf({ lines, truncated, redacted }: LogEvent): LogTail {
  return { lines, truncated, redacted };
}
