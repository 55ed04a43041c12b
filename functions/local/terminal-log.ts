import type { Log } from '../log.ts';

/** A log for the person at the terminal: the message, and the fields that go with it, on one line. */
export function createTerminalLog(write: (line: string) => void): Log {
  const at =
    (prefix: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const told = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
      write(printable(`podlapse: ${prefix}${message}${told.join('')}`));
    };
  return { info: at(''), warn: at('warning: '), error: at('error: ') };
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Names from a cluster must not steer the terminal. */
function printable(text: string): string {
  return `${text.replaceAll(/[^\P{Cc}\n\t]/gu, '\u{fffd}')}\n`;
}
