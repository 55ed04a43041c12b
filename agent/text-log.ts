import type { Log } from './log.ts';

/** A log of plain lines, for a program that a person runs and watches. */
export function createTextLog(out: { write(text: string): unknown }): Log {
  const line =
    (before: string) =>
    (fields: object, message: string): void => {
      const stack = 'err' in fields && fields.err instanceof Error ? `\n${fields.err.stack ?? ''}` : '';
      out.write(`${before}${message}${stack}\n`);
    };
  return { info: line(''), warn: line('warning: '), error: line('error: ') };
}
