/** Where the program says what it does: one object for each line. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * A log of JSON lines, as CloudWatch reads them. `write` takes a line with its end; an Error among the fields is
 * written with its stack and its causes.
 */
export function createJsonLog(write: (line: string) => void, clock: () => number): Log {
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const line = { time: new Date(clock()).toISOString(), level, message, ...fields };
      write(
        `${JSON.stringify(line, (_, value: unknown) => (value instanceof Error ? described(value) : value))}\n`,
      );
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function described(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
