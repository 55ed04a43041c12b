import { Problem } from './problem.ts';

export type TimelineFormat = 'json' | 'text' | 'svg';

const MEDIA_TYPES: readonly (readonly [TimelineFormat, string])[] = [
  ['json', 'application/json'],
  ['text', 'text/plain'],
  ['svg', 'image/svg+xml'],
];

/**
 * The format to answer in: the one that the Accept header (RFC 9110, section 12.5.1) gives the most weight, ours first
 * among equals; JSON without a header. @throws Problem if none is accepted.
 */
export function negotiateFormat(accept: string | null): TimelineFormat {
  if (accept === null || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(parseRange);
  let best: { readonly format: TimelineFormat; readonly weight: number } | undefined;
  for (const [format, mediaType] of MEDIA_TYPES) {
    const weight = weightOf(mediaType, ranges);
    if (weight > 0 && weight > (best?.weight ?? 0)) best = { format, weight };
  }
  if (best !== undefined) return best.format;
  throw new Problem(
    'not-acceptable',
    `Timelines are given as ${MEDIA_TYPES.map(([, type]) => type).join(', ')}; or say ?format=json, text or svg.`,
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
