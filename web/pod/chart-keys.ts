import type { Item, PlacedRow } from './place-rows.ts';

export type KeyAction =
  | { readonly kind: 'pan' | 'zoom'; readonly direction: 1 | -1 }
  | { readonly kind: 'move'; readonly along: 1 | -1 | 0; readonly across: 1 | -1 | 0 }
  | { readonly kind: 'all' | 'open' | 'leave' };

/** What a key does on the timeline; undefined for one that is not its own. */
export function keyAction(event: {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): KeyAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  switch (event.key) {
    case 'ArrowLeft':
      return event.shiftKey ? { kind: 'pan', direction: -1 } : { kind: 'move', along: -1, across: 0 };
    case 'ArrowRight':
      return event.shiftKey ? { kind: 'pan', direction: 1 } : { kind: 'move', along: 1, across: 0 };
    case 'ArrowUp':
      return { kind: 'move', along: 0, across: -1 };
    case 'ArrowDown':
      return { kind: 'move', along: 0, across: 1 };
    case 'PageUp':
      return { kind: 'pan', direction: -1 };
    case 'PageDown':
      return { kind: 'pan', direction: 1 };
    case '+':
    case '=':
      return { kind: 'zoom', direction: 1 };
    case '-':
    case '_':
      return { kind: 'zoom', direction: -1 };
    case '0':
    case 'Home':
      return { kind: 'all' };
    case 'Enter':
    case ' ':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'leave' };
    default:
      return undefined;
  }
}

/**
 * The item that is next to the active one: along its row, or, in the next row that has any, the one nearest to `at`,
 * which is where the reader was going along. Without an active one, the first of all. Undefined at the end of a row.
 */
export function neighbour(
  rows: readonly PlacedRow[],
  active: string | undefined,
  { along, across }: { readonly along: number; readonly across: number },
  at: number,
): Item | undefined {
  const row = rows.findIndex(({ items }) => items.some(({ key }) => key === active));
  const items = rows[row]?.items;
  if (items === undefined) return rows.find((one) => one.items.length > 0)?.items[0];
  const place = items.findIndex(({ key }) => key === active);
  if (along !== 0) return items[place + along];
  for (let next = row + across; next >= 0 && next < rows.length; next += across) {
    const candidates = rows[next]?.items ?? [];
    const [first, ...others] = candidates;
    if (first === undefined) continue;
    return others.reduce((best, one) => (distance(one, at) < distance(best, at) ? one : best), first);
  }
  return undefined;
}

function distance({ x, width }: Item, at: number): number {
  if (at >= x && at <= x + width) return 0;
  return Math.min(Math.abs(at - x), Math.abs(at - x - width));
}
