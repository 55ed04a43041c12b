/**
 * `E#0000000007`: an entry of a pod's log, by its place in it; `C#0000000001`: a volume of folded entries, by the place
 * of its first. Text order is the order in which they were added, whenever their events happened.
 */
export const logKey = {
  entry(place: number): string {
    return `${LOG_PREFIX}${digitsOf(place)}`;
  },
  volume(firstPlace: number): string {
    return `${VOLUME_PREFIX}${digitsOf(firstPlace)}`;
  },
  /** The place of an entry; undefined for a key of anything else. */
  placeOf(sortKey: string): number | undefined {
    return FORM.test(sortKey) ? Number(sortKey.slice(LOG_PREFIX.length)) : undefined;
  },
} as const;

/** What all entries' sort keys begin with. */
export const LOG_PREFIX = 'E#';
/** What all volumes' sort keys begin with: before the entries, as only timelines are made of them. */
export const VOLUME_PREFIX = 'C#';
/** The fold: after all entries, before the head. */
export const FOLD_SORT_KEY = 'FOLD';
/** The head: after all else, so that a backward query begins with it. */
export const HEAD_SORT_KEY = 'HEAD';

/** More entries than one writer could add to one pod in 300 years. */
const DIGITS = 10;
const FORM = /^E#\d{10}$/;

function digitsOf(place: number): string {
  return String(place).padStart(DIGITS, '0');
}
