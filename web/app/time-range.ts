import type { Params } from './place.ts';

/** A stretch of time in milliseconds since the epoch. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** The preset that it is; undefined for a stretch between two fixed moments. */
  readonly preset?: string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The stretches up to now that are offered, by what stands for them in the URL. */
export const PRESETS: readonly { readonly id: string; readonly label: string; readonly lengthMs: number }[] =
  [
    { id: '1h', label: '1 hour', lengthMs: HOUR_MS },
    { id: '6h', label: '6 hours', lengthMs: 6 * HOUR_MS },
    { id: '24h', label: '24 hours', lengthMs: DAY_MS },
    { id: '7d', label: '7 days', lengthMs: 7 * DAY_MS },
    { id: '30d', label: '30 days', lengthMs: 30 * DAY_MS },
    { id: '90d', label: '90 days', lengthMs: 90 * DAY_MS },
  ];

/** The stretch that the URL names (`range`, or `from` and `to`); the preset `otherwise` where it names none. */
export function readRange(params: URLSearchParams, nowMs: number, otherwise: string): TimeRange {
  const fromMs = Date.parse(params.get('from') ?? '');
  const toMs = Date.parse(params.get('to') ?? '');
  if (fromMs < toMs) return { fromMs, toMs };
  const asked = PRESETS.find(({ id }) => id === params.get('range'));
  const preset = asked ?? PRESETS.find(({ id }) => id === otherwise);
  const lengthMs = preset?.lengthMs ?? DAY_MS;
  return { fromMs: nowMs - lengthMs, toMs: nowMs, preset: preset?.id };
}

/** What names the stretch in the URL, for `setParams` and `hrefOf`. */
export function rangeParams({ fromMs, toMs, preset }: TimeRange): Params {
  if (preset !== undefined) return { range: preset, from: undefined, to: undefined };
  return {
    range: undefined,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  };
}
