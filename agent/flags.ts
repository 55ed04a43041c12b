import { parseArgs } from 'node:util';

/** One setting of a program: `--name` on the command line, or `PODLAPSE_NAME` in the environment; the flag wins. */
export interface Flag<T> {
  /** What stands after the flag in the usage, such as `PATH`. */
  readonly value: string;
  /** For the usage: what it is for, and its default. */
  readonly help: string;
  /** Turns the text into the setting, or says what is wrong with it and what is allowed. */
  readonly parse: (text: string) => T | Wrong;
}

/** Why a value cannot be taken, as the end of a sentence: `is no number; give 1 or more`. */
export class Wrong {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T | undefined : never;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type Reading<T> =
  | { readonly kind: 'settings'; readonly settings: T }
  | { readonly kind: 'help' }
  | { readonly kind: 'errors'; readonly errors: readonly string[] };

/**
 * Reads the flags from a command line and an environment. Every bad value gives one line that names the flag, the
 * value, the reason and what is allowed. An empty variable counts as absent: that is how a chart leaves one out.
 */
export function readFlags<F extends Flags>(
  flags: F,
  argv: readonly string[],
  environment: Environment,
): Reading<Values<F>> {
  const options = Object.fromEntries(
    [...Object.keys(flags), 'help'].map((name) => [
      name,
      name === 'help' ? ({ type: 'boolean', short: 'h' } as const) : ({ type: 'string' } as const),
    ]),
  );
  let given: Readonly<Record<string, unknown>>;
  try {
    given = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'errors', errors: [`${error.message.split('\n')[0] ?? ''} (--help lists the flags)`] };
  }
  if (given['help'] === true) return { kind: 'help' };

  const errors: string[] = [];
  const read = Object.entries(flags).flatMap(([name, { parse }]) => {
    const variable = variableOf(name);
    const fromFlag = given[name];
    const text = typeof fromFlag === 'string' ? fromFlag : environment[variable];
    if (text === undefined || (text === '' && fromFlag === undefined)) return [];
    const parsed = parse(text);
    if (!(parsed instanceof Wrong)) return [[name, parsed] as const];
    errors.push(`${fromFlag === undefined ? variable : `--${name}`}: ${shown(text)} ${parsed.reason}`);
    return [];
  });
  if (errors.length > 0) return { kind: 'errors', errors };
  return { kind: 'settings', settings: Object.fromEntries(read) as Values<F> };
}

/** The line for a flag that must be there and is not. */
export function missing(name: string, what: string): string {
  return `--${name} (or ${variableOf(name)}) is missing: ${what}`;
}

/** The flags as `--help` lists them. */
export function usageOf(flags: Flags): string {
  const lines = Object.entries(flags).map(([name, { value, help }]) => ({
    left: `  --${name} ${value}`,
    help,
  }));
  const width = Math.max(...lines.map(({ left }) => left.length));
  return lines.map(({ left, help }) => `${left.padEnd(width)}  ${help}\n`).join('');
}

function variableOf(name: string): string {
  return `PODLAPSE_${name.toUpperCase().replaceAll('-', '_')}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
