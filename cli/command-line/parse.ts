import { didYouMean } from './near-names.ts';
import { type CommandSpec, type OptionSpec, type OptionSpecs, UsageError } from './spec.ts';

/** A command line as it was understood. */
export interface CommandLine {
  /** Undefined if none was named. */
  readonly command: string | undefined;
  readonly values: Readonly<Record<string, string | boolean>>;
  readonly args: readonly string[];
}

export interface Grammar {
  readonly commands: Readonly<Record<string, CommandSpec>>;
  /** Options of every command. */
  readonly common: OptionSpecs;
  /** The command that is meant by these arguments, when the first is none. */
  readonly commandFor?: (args: readonly string[]) => string | undefined;
}

/**
 * Reads a command line as kubectl does: options stand anywhere, as `--name value`, `--name=value`, `-n value` or
 * `-nvalue`; of one that is given twice the last counts; after `--` all are arguments.
 *
 * @throws UsageError
 */
export function parseCommandLine(argv: readonly string[], grammar: Grammar): CommandLine {
  const words = splitWords(argv, grammar);
  const command = commandOf(words.plain, grammar);
  const named = command?.isNamed === true ? command.name.split(' ').length : 0;
  const args = words.plain.slice(named);
  const spec = command === undefined ? undefined : grammar.commands[command.name];
  const options = { ...grammar.common, ...spec?.options };
  const values: Record<string, string | boolean> = {};
  for (const { name, value, written } of words.options) {
    const option = options[name];
    if (option === undefined)
      throw new UsageError(
        `${command?.name ?? 'podlapse'} has no option ${written}.${didYouMean(name, Object.keys(options))}`,
      );
    values[name] = valueOf(option, value, written);
  }
  if (spec !== undefined && values['help'] !== true) checkArgs(command?.name ?? '', spec, args);
  return { command: command?.name, values, args };
}

interface GivenOption {
  readonly name: string;
  readonly value: string | undefined;
  readonly written: string;
}

/** Which of the words are options and their values can be told before the command is known: names mean the same everywhere. */
function splitWords(argv: readonly string[], grammar: Grammar) {
  const known = knownOptions(grammar);
  const plain: string[] = [];
  const options: GivenOption[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      plain.push(...rest.splice(0));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      plain.push(word);
      continue;
    }
    const { name, attached, written } = readWord(word, known);
    const takesValue = known.get(name)?.value !== undefined;
    options.push({ name, written, value: attached ?? (takesValue ? rest.shift() : undefined) });
  }
  return { plain, options };
}

function knownOptions({ commands, common }: Grammar): ReadonlyMap<string, OptionSpec> {
  return new Map([
    ...Object.values(commands).flatMap(({ options }) => Object.entries(options)),
    ...Object.entries(common),
  ]);
}

function readWord(word: string, known: ReadonlyMap<string, OptionSpec>) {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    return { name, written: `--${name}`, attached: equals < 0 ? undefined : word.slice(equals + 1) };
  }
  const letter = word.slice(1, 2);
  const name = [...known].find(([, { short }]) => short === letter)?.[0] ?? letter;
  const attached = word.length > 2 ? word.slice(word[2] === '=' ? 3 : 2) : undefined;
  return { name, written: `-${letter}`, attached };
}

function valueOf({ value: placeholder, choices }: OptionSpec, value: string | undefined, written: string) {
  if (placeholder === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`${written} takes no value.`);
  }
  if (value === undefined) throw new UsageError(`${written} needs a value: ${written} ${placeholder}.`);
  if (choices !== undefined && !choices.includes(value))
    throw new UsageError(
      `${written} ${value}: it must be one of ${choices.join(', ')}.${didYouMean(value, choices)}`,
    );
  return value;
}

function commandOf(
  plain: readonly string[],
  { commands, commandFor }: Grammar,
): { readonly name: string; readonly isNamed: boolean } | undefined {
  const two = plain.slice(0, 2).join(' ');
  for (const name of [two, plain[0] ?? '']) {
    if (name !== '' && Object.hasOwn(commands, name)) return { name, isNamed: true };
  }
  const meant = commandFor?.(plain);
  if (meant !== undefined) return { name: meant, isNamed: false };
  const [first] = plain;
  if (first === undefined) return undefined;
  const family = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (family.length > 0)
    throw new UsageError(
      `${first}: say which: ${family.map((name) => name.slice(first.length + 1)).join(', ')}.`,
    );
  throw new UsageError(
    `There is no command ${first}.${didYouMean(first, Object.keys(commands))} See podlapse --help.`,
  );
}

function checkArgs(name: string, { args: wanted }: CommandSpec, args: readonly string[]): void {
  const isOptional = (arg: string) => arg.startsWith('[');
  const missing = wanted.find((arg, index) => !isOptional(arg) && args[index] === undefined);
  if (missing !== undefined)
    throw new UsageError(`${name} needs ${missing}: podlapse ${[name, ...wanted].join(' ')}`);
  const extra = args[wanted.length];
  if (extra !== undefined)
    throw new UsageError(
      wanted.length === 0
        ? `${name} takes no argument, and there is ${extra}.`
        : `${name} takes one thing at a time; ${extra} is one too many.`,
    );
}
