import type { Pattern } from '../contract/pattern.ts';
import { formatMoment, plainText, shorten } from './plain-text.ts';

/** A reader takes in so many; the JSON has all. */
const SHOWN = 12;

export interface PatternLine {
  readonly heading: string;
  readonly text: string;
}

/** The patterns of a timeline for people: of each a heading and what it is; the newest, and how many more there are. */
export function sayPatterns(patterns: readonly Pattern[]): {
  readonly lines: readonly PatternLine[];
  readonly more: number;
} {
  const shown = patterns.slice(-SHOWN);
  return {
    lines: shown.map(({ kind, container, from, to, explanation }) => ({
      heading: `${kind}${container === null ? '' : ` of ${shorten(plainText(container), 40)}`}, ${formatMoment(from)} to ${formatMoment(to)}`,
      text: plainText(explanation),
    })),
    more: patterns.length - shown.length,
  };
}
