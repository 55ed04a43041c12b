/** Lays rows out in columns of equal width, two spaces apart, as kubectl does. The first row is the heading. */
export function layTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Breaks a text into lines of at most `width` characters, at spaces; a longer word, or a number and its unit, stay together. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<!\d) | (?!(?:ms|s|min|h|d)\b)/)) {
    if (line !== '' && line.length + 1 + part.length > width - indent.length) {
      lines.push(indent + line);
      line = part;
    } else {
      line = line === '' ? part : `${line} ${part}`;
    }
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
