import { compareTimes, millisBetween } from '../../timeline/time.ts';
import { Problem } from './problem.ts';

/** The longest stretch that may be asked for at once, and how that is said. */
export interface LongestSpan {
  readonly days: number;
  readonly of: string;
}

export const LONGEST_LIST_SPAN: LongestSpan = { days: 366, of: 'a list of restarts' };

const DAY_MS = 86_400_000;

/** @throws Problem unless `from`, if it is given, is before `to` and the span is within `longest`. */
export function checkSpan(from: string | undefined, to: string, longest: LongestSpan): void {
  if (from === undefined) return;
  if (compareTimes(from, to) >= 0) {
    throw new Problem('invalid-parameter', 'The parameter "to" must be later than "from".', {
      members: { parameter: 'to' },
    });
  }
  if (millisBetween(from, to) > longest.days * DAY_MS) {
    throw new Problem(
      'span-too-long',
      `From "from" to "to" are more than ${longest.days} days, the most for ${longest.of}; ask for a shorter stretch, or for several one after the other.`,
      { members: { parameter: 'from', limitDays: longest.days } },
    );
  }
}
