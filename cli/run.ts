import { createClient } from './client/client.ts';
import { type CommandLine, type Grammar, parseCommandLine } from './command-line/parse.ts';
import { UsageError } from './command-line/spec.ts';
import { COMMANDS, COMMON, type CommandName } from './commands/specs.ts';
import { type CommandContext, note, type Surroundings } from './context.ts';
import { EXIT, failureOf } from './failure.ts';
import { createHttpTransport } from './http-transport.ts';
import { readIfThere, readSettings } from './settings/settings.ts';
import { createProgress } from './terminal/progress.ts';
import { colourStyle, plainStyle, wantsColours } from './terminal/style.ts';

const PATIENCE_MS = 60_000;
/** A report that must be counted first gets on with each try. */
const RETRIES = 10;
/** Whoever presses the tab key does not wait longer. */
const COMPLETION_PATIENCE_MS = 1_500;

type Values = Readonly<Record<string, string | boolean>>;
type Command = (context: CommandContext, values: Values, args: readonly string[]) => Promise<number>;

/** Only what is called is loaded: the start of each command pays for nothing else. */
const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  pods: async () => (await import('./commands/pods.ts')).pods,
  timeline: async () => (await import('./commands/timeline.ts')).timeline,
  workload: async () => (await import('./commands/workload.ts')).workload,
  node: async () => (await import('./commands/node.ts')).node,
  restarts: async () => (await import('./commands/restarts.ts')).restarts,
  report: async () => (await import('./commands/report.ts')).report,
  clusters: async () => (await import('./commands/clusters.ts')).clusters,
  'token make': async () => (await import('./commands/token.ts')).makeToken,
  'token list': async () => (await import('./commands/token.ts')).listTokens,
  'token rotate': async () => (await import('./commands/token.ts')).rotateToken,
  'token revoke': async () => (await import('./commands/token.ts')).revokeToken,
  replay: async () => (await import('./commands/replay.ts')).replay,
  open: async () => (await import('./commands/open.ts')).open,
  completion: async () => (await import('./commands/completion.ts')).completion,
};

/** Carries out a command line; gives the exit code. */
export async function run(around: Surroundings): Promise<number> {
  const grammar = grammarOf(around.program);
  const [first, ...words] = around.argv;
  if (first === '__complete') return complete(around, grammar, words);
  let context: CommandContext | undefined;
  try {
    const line = parseCommandLine(around.argv, grammar);
    if (line.command === undefined || line.values['help'] === true)
      return await help(around, grammar, line.command);
    context = createContext(around, line.values, PATIENCE_MS);
    return await carryOut(context, line);
  } catch (error) {
    context?.progress.wipe();
    return tellFailure(around, error, context);
  }
}

/** As a plug-in of kubectl it lists restarts, or shows the pod that is named, where no command is. */
function grammarOf(program: string): Grammar {
  const grammar = { commands: COMMANDS, common: COMMON };
  if (program === 'podlapse') return grammar;
  return { ...grammar, commandFor: (args) => (args.length === 0 ? 'restarts' : 'timeline') };
}

async function help(around: Surroundings, grammar: Grammar, command: string | undefined): Promise<number> {
  const { commandHelp, programHelp } = await import('./command-line/help.ts');
  const isMeant = command === undefined || grammar.commandFor?.([]) === command;
  around.out.write(
    isMeant ? programHelp(around.program, grammar) : commandHelp(around.program, command, grammar),
  );
  return EXIT.done;
}

async function carryOut(context: CommandContext, { command, values, args }: CommandLine): Promise<number> {
  const { token, api } = context.settings;
  if (token !== undefined && api.protocol === 'http:' && !isLoopback(api))
    note(context, `The token goes to ${api.host} unencrypted; use https if you can.`);
  const carry = await LOADERS[command as CommandName]();
  return carry(context, values, args);
}

function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** @throws UsageError if the settings are not right */
function createContext(around: Surroundings, values: Values, timeoutMs: number): CommandContext {
  const { out, err, env } = around;
  const settings = readSettings(values, around);
  const { caFile } = settings;
  const ca = caFile === undefined ? undefined : readIfThere(caFile);
  if (caFile !== undefined && ca === undefined)
    throw new UsageError(`There is no file ${caFile} of authorities to trust.`);
  const progress = createProgress(err);
  const isColoured = wantsColours({ wanted: String(values['color']), isTerminal: out.isTerminal, env });
  return {
    around,
    settings,
    progress,
    look: { style: isColoured ? colourStyle : plainStyle, width: out.columns },
    client: createClient({
      api: settings.api,
      token: settings.token,
      retries: RETRIES,
      transport: createHttpTransport({ ca, timeoutMs }),
      onWait: (waitMs, { title }) =>
        progress.say(`${title}; trying again in ${Math.ceil(waitMs / 1_000)} s ...`),
    }),
  };
}

function tellFailure(
  { err, program }: Surroundings,
  error: unknown,
  context: CommandContext | undefined,
): number {
  const failure = failureOf(error, { api: context?.settings.api, tokenFrom: context?.settings.tokenFrom });
  const lines = failure?.lines ?? [
    `this is a fault of podlapse: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  ];
  const [first, ...more] = lines;
  if (first !== undefined) err.write(`${[`${program}: ${first}`, ...more].join('\n')}\n`);
  return failure?.exitCode ?? EXIT.fault;
}

async function complete(around: Surroundings, grammar: Grammar, words: readonly string[]): Promise<number> {
  const { suggest } = await import('./complete.ts');
  try {
    const suggestions = await suggest(words, grammar, () =>
      createContext(around, {}, COMPLETION_PATIENCE_MS),
    );
    if (suggestions === 'files') around.out.write(':0\n');
    else
      around.out.write(
        `${[...suggestions.map(([text, told]) => (told === '' ? text : `${text}\t${told}`)), ':4'].join('\n')}\n`,
      );
    return EXIT.done;
  } catch (error) {
    // In the middle of a line that is being typed, an error would only be in the way; shells drop standard error.
    return tellFailure(around, error, undefined);
  }
}
