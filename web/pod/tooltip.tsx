import type { Geometry } from './chart-geometry.ts';
import type { Item, PlacedRow } from './place-rows.ts';

const WIDTH = 280;

/** The facts of what is pointed at, under it. Screen readers have them as the label of the mark. */
export function Tooltip({
  item,
  geometry,
  rows,
}: {
  readonly item: Item;
  readonly geometry: Geometry;
  readonly rows: readonly PlacedRow[];
}) {
  const row = rows.findIndex(({ items, waits }) => items.includes(item) || waits.includes(item));
  const { scale, width, right, rowY } = geometry;
  const middle = (item.x + Math.min(item.width, right - item.x) / 2) * scale;
  const left = Math.max(4, Math.min(width * scale - WIDTH - 4, middle - WIDTH / 2));
  const top = ((rowY[row] ?? 0) + 18) * scale;
  return (
    <div
      class="tooltip"
      aria-hidden="true"
      style={{ left: `${left}px`, top: `${top}px`, maxWidth: `${WIDTH}px` }}
    >
      <bdi>{item.title}</bdi>
      <span class="quiet">{when(item)}</span>
      {item.count > 1 ? <span class="quiet">Click to zoom in</span> : null}
    </div>
  );
}

function when({ covers, look }: Item): string {
  const from = clock(covers.fromMs);
  if (covers.fromMs === covers.toMs) return from;
  return look.kind === 'bar' && look.isOpen ? `since ${from}` : `${from} to ${clock(covers.toMs)}`;
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}
