import { Problem } from './problem.ts';

export type TimelineFormat = 'json' | 'text' | 'svg';

const JSON_TYPE = ['json', 'application/json'] as const;
const CSV_TYPE = ['csv', 'text/csv'] as const;
const NDJSON_TYPE = ['ndjson', 'application/x-ndjson'] as const;
const TEXT_TYPE = ['text', 'text/plain'] as const;
const PROMETHEUS_TYPE = ['text/plain; version=0.0.4; charset=utf-8', 'text/plain'] as const;
const OPEN_METRICS_TYPE = [
  'application/openmetrics-text; version=1.0.0; charset=utf-8',
  'application/openmetrics-text',
] as const;
const SVG_TYPE = ['svg', 'image/svg+xml'] as const;

/**
 * The format to answer in: the one that the Accept header (RFC 9110, section 12.5.1) gives the most weight, ours first
 * among equals; JSON without a header. @throws Problem if none is accepted.
 */
export function negotiateFormat(accept: string | null): TimelineFormat {
  return negotiate(accept, [JSON_TYPE, TEXT_TYPE, SVG_TYPE], 'Timelines are');
}

/** As `negotiateFormat`, for what there is no picture of. @throws Problem if neither is accepted. */
export function negotiateTextFormat(accept: string | null): 'json' | 'text' {
  return negotiate(accept, [JSON_TYPE, TEXT_TYPE], 'This is');
}

/** As `negotiateFormat`, for reports. @throws Problem if none is accepted. */
export function negotiateReportFormat(accept: string | null): 'json' | 'csv' | 'ndjson' {
  return negotiate(accept, [JSON_TYPE, CSV_TYPE, NDJSON_TYPE], 'Reports are');
}

/** The content type of metrics: what Prometheus prefers, and plain text for people. @throws Problem if none is accepted. */
export function negotiateMetricsType(accept: string | null): string {
  return negotiate(accept, [PROMETHEUS_TYPE, OPEN_METRICS_TYPE], 'Metrics are', false);
}

type Offer<F extends string> = readonly [format: F, mediaType: string];

/** @param hasParameter whether `format` in the query says it too */
function negotiate<F extends string>(
  accept: string | null,
  offered: readonly [Offer<F>, ...Offer<F>[]],
  what: string,
  hasParameter = true,
): F {
  if (accept === null || accept.trim() === '') return offered[0][0];
  const ranges = accept.split(',').map(parseRange);
  let best: { readonly format: F; readonly weight: number } | undefined;
  for (const [format, mediaType] of offered) {
    const weight = weightOf(mediaType, ranges);
    if (weight > 0 && weight > (best?.weight ?? 0)) best = { format, weight };
  }
  if (best !== undefined) return best.format;
  const formats = offered.map(([format]) => format);
  const remedy = hasParameter
    ? `; or say ?format=${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`
    : '';
  throw new Problem(
    'not-acceptable',
    `${what} given as ${offered.map(([, type]) => type).join(', ')}${remedy}.`,
  );
}

interface MediaRange {
  readonly type: string;
  readonly weight: number;
}

function parseRange(range: string): MediaRange {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = q === undefined ? 1 : Number(q);
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The most specific range that fits decides. */
function weightOf(mediaType: string, ranges: readonly MediaRange[]): number {
  const [family] = mediaType.split('/');
  for (const wanted of [mediaType, `${family}/*`, '*/*']) {
    const range = ranges.find(({ type }) => type === wanted);
    if (range !== undefined) return range.weight;
  }
  return 0;
}
