import { DEFAULT_RETENTION, type Retention } from './store/retention.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Longer than anything was ever kept: a hundred years. */
const MAX_DAYS = 36_500;

/**
 * Reads for how many days things are kept of clusters of which nothing else was said: PODLAPSE_RETENTION_EVENTS_DAYS
 * (90), PODLAPSE_RETENTION_RESTARTS_DAYS and PODLAPSE_RETENTION_ROLLUPS_DAYS (both for ever); `forever` for that.
 *
 * @throws Error that names the setting
 */
export function readRetention(env: Environment): Retention {
  return {
    eventsDays: daysIn(env, 'PODLAPSE_RETENTION_EVENTS_DAYS', 1, DEFAULT_RETENTION.eventsDays),
    restartsDays: daysIn(env, 'PODLAPSE_RETENTION_RESTARTS_DAYS', 7, DEFAULT_RETENTION.restartsDays),
    rollupsDays: daysIn(env, 'PODLAPSE_RETENTION_ROLLUPS_DAYS', 1, DEFAULT_RETENTION.rollupsDays),
  };
}

function daysIn(env: Environment, name: string, min: number, byDefault: number | null): number | null {
  const text = (env[name] ?? '').trim();
  if (text === '') return byDefault;
  if (text === 'forever') return null;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (days >= min && days <= MAX_DAYS) return days;
  throw new Error(
    `${name} is "${text.slice(0, 80)}"; it must be a number of days from ${min} to ${MAX_DAYS}, or forever`,
  );
}
