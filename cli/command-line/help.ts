import type { Grammar } from './parse.ts';
import type { OptionSpecs } from './spec.ts';

const COLUMN = 30;
const WIDTH = 100;

const CODES = `Exit codes: 0 done; 1 a fault; 2 the command line; 3 nothing of that name is recorded; 4 the token is missing or
not allowed this; 5 the API cannot be reached, or is too busy; 10 restarts were found (only with --exit-code).`;

const SETTINGS = `Settings: --api or PODLAPSE_API says where the API is (http://127.0.0.1:8080 if not said); PODLAPSE_TOKEN,
--token-file or PODLAPSE_TOKEN_FILE is the token for it. ~/.config/podlapse/config.json may hold
  {"api": "https://...", "tokenFile": "/path", "clusters": {"a kube context": "the cluster it is recorded as"}}
and ~/.config/podlapse/token the token itself. NO_COLOR is honoured.

The cluster is --cluster, or the one of kubectl's current context (--context for another); the namespace -n, or the
context's, or -A for all.`;

/** The help of the program. */
export function programHelp(program: string, { commands, common }: Grammar): string {
  return `${program} tells what restarted on Kubernetes, how often, why, and whether Kubernetes counted it.

Usage: ${program} COMMAND [options]

${Object.entries(commands)
  .map(([name, { summary, args }]) => row([name, ...args].join(' '), summary))
  .join('\n')}

${optionRows(common)}

${SETTINGS}

${CODES}

${program} COMMAND --help tells more of each.
`;
}

/** The help of one command. */
export function commandHelp(program: string, name: string, { commands, common }: Grammar): string {
  const spec = commands[name];
  if (spec === undefined) return programHelp(program, { commands, common });
  const { summary, args, options, notes, examples = [] } = spec;
  const parts = [
    summary,
    `Usage: ${[program, name, ...args].join(' ')} [options]`,
    ...(notes === undefined ? [] : [notes]),
    optionRows({ ...options, ...common }),
    ...(examples.length === 0
      ? []
      : [['Examples:', ...examples.map((line) => `  ${program} ${line}`)].join('\n')]),
    CODES,
  ];
  return `${parts.join('\n\n')}\n`;
}

function optionRows(options: OptionSpecs): string {
  return Object.entries(options)
    .map(([name, { short, value, choices, help }]) => {
      const shown = choices === undefined || choices.length > 6 ? value : choices.join('|');
      const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${shown}`}`;
      return row(left, help);
    })
    .join('\n');
}

function row(left: string, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - COLUMN) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  const [first = '', ...more] = lines;
  const start = left.length + 4 > COLUMN ? `  ${left}\n${' '.repeat(COLUMN)}` : `  ${left}`.padEnd(COLUMN);
  return [start + first, ...more.map((rest) => ' '.repeat(COLUMN) + rest)].join('\n');
}
