import type { Log } from './log.ts';
import type { Drop } from './trim/drops.ts';

/** How many different drops are told; a hostile frame can make up any number. */
const MAX_TOLD = 200;

/** Tells of each kind of drop once: the hundredth odd label of one name is no news. */
export function createDropLog(log: Log): (drop: Drop) => void {
  const told = new Set<string>();
  return (drop) => {
    const what = drop.kind === 'event' ? drop.problem : drop.field.replaceAll(/\[\d+\]/g, '[]');
    const key = `${drop.source} ${drop.kind} ${what}`;
    if (told.has(key) || told.size >= MAX_TOLD) return;
    told.add(key);
    if (drop.kind === 'event') {
      log.warn(
        { source: drop.source, problem: what },
        'something that a source said cannot be used and is left out',
      );
    } else {
      log.warn({ source: drop.source, field: what }, 'a field is not as it should be and is left out');
    }
  };
}
