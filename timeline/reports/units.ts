import type { Span } from './calendar.ts';

/** Whole hours, days and months (UTC): what restarts are counted by once and for all. */
export const LEVELS = ['hour', 'day', 'month'] as const;
export type Level = (typeof LEVELS)[number];

export interface Unit extends Span {
  readonly level: Level;
}

/** A stretch that is no whole unit, or not yet over. */
export interface Rest extends Span {
  readonly level: 'rest';
}

const HOUR_MS = 3_600_000;

/** The unit of a level in which a moment lies. */
export function unitAt(level: Level, atMs: number): Unit {
  const at = new Date(atMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (level) {
    case 'hour': {
      const fromMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
      return { level, fromMs, toMs: fromMs + HOUR_MS };
    }
    case 'day':
      return { level, fromMs: Date.UTC(year, month, day), toMs: Date.UTC(year, month, day + 1) };
    case 'month':
      return { level, fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) };
  }
}

/** A unit's name, as long as it must be: `2026-01`, `2026-01-31`, `2026-01-31T08`. Names are in the order of time. */
export function nameOf({ level, fromMs }: Unit): string {
  const length = { month: 7, day: 10, hour: 13 }[level];
  return new Date(fromMs).toISOString().slice(0, length);
}

/** The units of which a day or a month is made. */
export function partsOf({ level, fromMs, toMs }: Unit): readonly Unit[] {
  if (level === 'hour') return [];
  return unitsWithin({ fromMs, toMs }, level === 'day' ? 'hour' : 'day');
}

function unitsWithin({ fromMs, toMs }: Span, level: Level): readonly Unit[] {
  const units: Unit[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const unit = unitAt(level, atMs);
    units.push(unit);
    atMs = unit.toMs;
  }
  return units;
}

/**
 * Divides a span into as few units as it can be, and the rest.
 *
 * @param closedMs units that end later may still grow: they are not used
 */
export function divide({ fromMs, toMs }: Span, closedMs: number): readonly (Unit | Rest)[] {
  const pieces: (Unit | Rest)[] = [];
  let atMs = fromMs;
  while (atMs < toMs) {
    const unit = LEVELS.toReversed()
      .map((level) => unitAt(level, atMs))
      .find((one) => one.fromMs === atMs && one.toMs <= Math.min(toMs, closedMs));
    const before = pieces.at(-1);
    if (unit !== undefined) {
      pieces.push(unit);
      atMs = unit.toMs;
      continue;
    }
    const untilMs = atMs >= closedMs ? toMs : Math.min(toMs, unitAt('hour', atMs).toMs);
    if (before?.level === 'rest') pieces[pieces.length - 1] = { ...before, toMs: untilMs };
    else pieces.push({ level: 'rest', fromMs: atMs, toMs: untilMs });
    atMs = untilMs;
  }
  return pieces;
}
