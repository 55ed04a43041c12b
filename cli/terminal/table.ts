import { type Look, type Style } from './style.ts';
import { cutToWidth, printable, textWidth } from './text-width.ts';

/** A cell: its text, which may be foreign, and how it looks. */
export interface Cell {
  readonly text: string;
  readonly look?: Look | undefined;
}

export interface Column<T> {
  readonly heading: string;
  readonly cell: (row: T) => Cell | string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  /** The least that is left of it, beside its heading, where the terminal is too narrow; without it, it is never cut. */
  readonly minWidth?: number;
}

export interface TableStyle {
  readonly style: Style;
  /** Columns of the terminal; undefined where there is none: then nothing is cut. */
  readonly width: number | undefined;
}

const BETWEEN = '  ';

/** A table whose columns are as wide as the first rows need them; rows that come later are laid out alike. */
export interface Table<T> {
  heading(): string;
  row(row: T): string;
}

/** Lays out a table for `rows`, and for those that may follow. */
export function layTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  { style, width }: TableStyle,
): Table<T> {
  const natural = columns.map(({ heading, cell }) =>
    rows.reduce((most, row) => Math.max(most, textWidth(printable(textOf(cell(row))))), heading.length),
  );
  const widths = width === undefined ? natural : fitted(natural, columns, width);
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, look }, index) => {
        const room = widths[index] ?? 0;
        const isCut = columns[index]?.minWidth !== undefined && width !== undefined;
        const shown = isCut ? cutToWidth(printable(text), room) : printable(text);
        const pad = ' '.repeat(Math.max(0, room - textWidth(shown)));
        const styled = look === undefined ? shown : style(look, shown);
        if (columns[index]?.isNumber === true) return pad + styled;
        return index === cells.length - 1 ? styled : styled + pad;
      })
      .join(BETWEEN)
      .trimEnd();
  return {
    heading: () => line(columns.map(({ heading }) => ({ text: heading, look: 'bold' }))),
    row: (row) =>
      line(
        columns.map(({ cell }) => {
          const made = cell(row);
          return typeof made === 'string' ? { text: made } : made;
        }),
      ),
  };
}

function textOf(cell: Cell | string): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Takes from the widest of the columns that may be cut, until all fit or none may give more. */
function fitted<T>(
  natural: readonly number[],
  columns: readonly Column<T>[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + BETWEEN.length * (widths.length - 1);
  for (let excess = total() - width; excess > 0; excess -= 1) {
    let widest = -1;
    for (const [index, { minWidth, heading }] of columns.entries()) {
      const room = widths[index] ?? 0;
      const least = minWidth === undefined ? Number.POSITIVE_INFINITY : Math.max(minWidth, heading.length);
      if (room > least && room > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
