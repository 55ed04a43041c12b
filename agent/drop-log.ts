import type { Tell } from './telemetry/happening.ts';
import type { Drop } from './trim/drops.ts';

/** How many different drops are news; a hostile frame can make up any number. */
const MAX_NEWS = 200;

/** Tells of every drop, each kind as news once: the hundredth odd label of one name is none. */
export function createDropLog(tell: Tell): (drop: Drop) => void {
  const told = new Set<string>();
  return (drop) => {
    const what = drop.kind === 'event' ? drop.problem : drop.field.replaceAll(/\[\d+\]/g, '[]');
    const key = `${drop.source} ${drop.kind} ${what}`;
    const isNews = !told.has(key) && told.size < MAX_NEWS;
    if (isNews) told.add(key);
    tell({ what: 'left-out', drop, isNews });
  };
}
