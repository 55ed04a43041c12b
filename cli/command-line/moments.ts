import { UsageError } from './spec.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A moment as people say it: `24h` (ago), `2026-01-31`, `2026-01-31T08:15` or any RFC 3339 time; without a zone, UTC.
 * @returns RFC 3339 in UTC
 * @throws UsageError
 */
export function readMoment(text: string, option: string, nowMs: number): string {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  if (ago !== null) return new Date(nowMs - Number(ago[1]) * (UNITS_MS[ago[2] ?? ''] ?? 0)).toISOString();
  const written = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(
    text,
  );
  if (written !== null) {
    const [, date = '', minutes = '00:00', seconds = ':00', zone = 'Z'] = written;
    const moment = new Date(`${date}T${minutes}${seconds}${zone.toUpperCase()}`);
    // Date takes the 31st of February for the 3rd of March.
    const midnightMs = Date.parse(`${date}T00:00:00Z`);
    const isReal = !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(date);
    if (isReal && !Number.isNaN(moment.getTime())) return moment.toISOString();
  }
  throw new UsageError(
    `--${option} ${text}: give 30m, 24h or 7d for so long ago, 2026-01-31, or 2026-01-31T08:15:00Z.`,
  );
}

/** @throws UsageError */
export function readCount(text: string, option: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} ${text}: it must be a whole number up to ${most}.`);
}
