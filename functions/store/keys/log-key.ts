/**
 * `E#0000000007`: an entry of a pod's log, by its place in it. Text order is the order in which the entries were
 * added, whenever their events happened.
 */
export const logKey = {
  format(place: number): string {
    return `${LOG_PREFIX}${String(place).padStart(DIGITS, '0')}`;
  },
  parse(sortKey: string): number | undefined {
    return FORM.test(sortKey) ? Number(sortKey.slice(LOG_PREFIX.length)) : undefined;
  },
} as const;

/** What all entries' sort keys begin with. */
export const LOG_PREFIX = 'E#';

/** More entries than one writer could add to one pod in 300 years. */
const DIGITS = 10;
const FORM = /^E#\d{10}$/;
