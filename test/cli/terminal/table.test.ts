import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourStyle, plainStyle, wantsColours } from '../../../cli/terminal/style.ts';
import { type Column, layTable } from '../../../cli/terminal/table.ts';
import { textWidth } from '../../../cli/terminal/text-width.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly cause: string;
}
const columns: readonly Column<Row>[] = [
  { heading: 'NAME', cell: ({ name }) => name, minWidth: 6 },
  { heading: 'RESTARTS', cell: ({ count }) => String(count), isNumber: true },
  { heading: 'CAUSE', cell: ({ cause }) => ({ text: cause, look: 'red' }) },
];
const rows = [
  { name: 'web-7d4b9c-x2x1p', count: 12, cause: 'oom-killed' },
  { name: 'db-0', count: 3, cause: 'exited' },
];
const linesOf = (table: { heading(): string; row(row: Row): string }, some: readonly Row[]) => [
  table.heading(),
  ...some.map((row) => table.row(row)),
];

describe('a table', () => {
  it('has columns as wide as they need, numbers to the right, and nothing at the end of lines', () => {
    const table = layTable(columns, rows, { style: plainStyle, width: undefined });
    expect(linesOf(table, rows)).toEqual([
      'NAME              RESTARTS  CAUSE',
      'web-7d4b9c-x2x1p        12  oom-killed',
      'db-0                     3  exited',
    ]);
  });

  it('is cut to the terminal where it may be, and goes on beyond it where it may not', () => {
    const narrow = layTable(columns, rows, { style: plainStyle, width: 32 });
    expect(linesOf(narrow, rows)).toEqual([
      'NAME        RESTARTS  CAUSE',
      'web-7d4b9…        12  oom-killed',
      'db-0               3  exited',
    ]);
    const headings = layTable([{ heading: 'NAMESPACE', cell: () => 'a-namespace', minWidth: 2 }], [0], {
      style: plainStyle,
      width: 5,
    });
    expect([headings.heading(), headings.row(0)]).toEqual(['NAMESPACE', 'a-namesp…']);
    const tiny = layTable(columns, rows, { style: plainStyle, width: 5 });
    expect(tiny.row({ name: 'web-7d4b9c', count: 12, cause: 'oom-killed' })).toBe(
      'web-7…        12  oom-killed',
    );
  });

  it('has colours that take no columns', () => {
    const table = layTable(columns, rows, { style: colourStyle, width: undefined });
    expect(table.row({ name: 'db-0', count: 3, cause: 'exited' })).toBe(
      'db-0                     3  \u001b[31mexited\u001b[39m',
    );
  });

  it('stays one line of known width for each row, whatever names it shows', () => {
    const name = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 40, max: 90 }),
        (names, width) => {
          const some = names.map((one) => ({ name: one, count: 1, cause: 'exited' }));
          for (const line of linesOf(layTable(columns, some, { style: plainStyle, width }), some)) {
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
            expect(textWidth(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});

describe('colours', () => {
  it.each([
    [{ wanted: undefined, isTerminal: true, env: {} }, true],
    [{ wanted: undefined, isTerminal: false, env: {} }, false],
    [{ wanted: undefined, isTerminal: true, env: { NO_COLOR: '1' } }, false],
    [{ wanted: undefined, isTerminal: true, env: { NO_COLOR: '' } }, true],
    [{ wanted: undefined, isTerminal: true, env: { TERM: 'dumb' } }, false],
    [{ wanted: 'always', isTerminal: false, env: { NO_COLOR: '1' } }, true],
    [{ wanted: 'never', isTerminal: true, env: {} }, false],
  ])('are used as asked for, else where they can be seen: %o', (question, answer) => {
    expect(wantsColours(question)).toBe(answer);
  });
});
