import * as reads from './client/reads.ts';
import type { Grammar } from './command-line/parse.ts';
import type { CommandSpec, Completion, OptionSpec } from './command-line/spec.ts';
import type { CommandContext } from './context.ts';
import { clusterOf } from './missing.ts';
import { readKubeconfigs } from './settings/kube-context.ts';
import { readScope } from './settings/scope.ts';

/** What may stand where the cursor is; `files` where the shell knows better. */
export type Suggestions = readonly (readonly [text: string, help: string])[] | 'files';

/** What is suggested is typed into a shell: names with any sign of its own are left out. */
const HARMLESS = /^[\w.@:/-]+$/;
const LOOKED_THROUGH = 500;

/** @param words of the command line, without the program; the last one is under way, and may be empty */
export async function suggest(
  words: readonly string[],
  grammar: Grammar,
  context: () => CommandContext,
): Promise<Suggestions> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const name = commandIn(before, grammar);
  const spec = name === undefined ? undefined : grammar.commands[name];
  const options = { ...spec?.options, ...grammar.common };
  const beginning = (some: Suggestions) =>
    some === 'files' ? some : some.filter(([text]) => text.startsWith(current) && HARMLESS.test(text));

  const option = optionNamed(before.at(-1), options);
  if (option?.value !== undefined) {
    if (option.choices !== undefined) return beginning(option.choices.map((choice) => [choice, '']));
    if (option.completes === undefined) return [];
    return beginning(await lookUp(option.completes, before, options, context()));
  }
  if (current.startsWith('-'))
    return beginning(Object.entries(options).map(([key, { help }]) => [`--${key}`, help] as const));
  if (name === undefined || spec === undefined) return beginning(commandsAfter(before, grammar));
  const given = plainWords(before, options).length - name.split(' ').length;
  const wanted = spec.completes?.[given];
  if (wanted === undefined) return [];
  if (typeof wanted !== 'string') return beginning(wanted.map((word) => [word, ''] as const));
  return beginning(await lookUp(wanted, before, options, context()));
}

function commandIn(words: readonly string[], { commands, common, commandFor }: Grammar): string | undefined {
  const all = Object.assign({}, common, ...Object.values(commands).map(({ options }) => options));
  const plain = plainWords(words, all);
  const two = plain.slice(0, 2).join(' ');
  const named = [two, plain[0] ?? ''].find((name) => name !== '' && Object.hasOwn(commands, name));
  return named ?? (plain.length > 0 ? commandFor?.(plain) : undefined);
}

function commandsAfter(before: readonly string[], { commands }: Grammar): Suggestions {
  const family = before.find((word) => !word.startsWith('-'));
  return Object.entries<CommandSpec>(commands).flatMap(([name, { summary }]) => {
    const [first = '', second] = name.split(' ');
    if (family === undefined) return [[first, second === undefined ? summary : `${first} ...`] as const];
    return first === family && second !== undefined ? [[second, summary] as const] : [];
  });
}

function plainWords(
  words: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): readonly string[] {
  return words.filter(
    (word, index) => !word.startsWith('-') && optionNamed(words[index - 1], options)?.value === undefined,
  );
}

function optionNamed(
  word: string | undefined,
  options: Readonly<Record<string, OptionSpec>>,
): OptionSpec | undefined {
  if (word === undefined || !word.startsWith('-') || word.includes('=')) return undefined;
  if (word.startsWith('--'))
    return Object.hasOwn(options, word.slice(2)) ? options[word.slice(2)] : undefined;
  return Object.values(options).find(({ short }) => short === word.slice(1));
}

async function lookUp(
  what: Completion,
  before: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
  context: CommandContext,
): Promise<Suggestions> {
  const valueOf = (name: string, short?: string) => {
    const index = before.findLastIndex((word) => word === `--${name}` || word === `-${short ?? name}`);
    return index < 0 ? undefined : before[index + 1];
  };
  const { client, around, settings } = context;
  if (what === 'file') return 'files';
  if (what === 'context') {
    const configs = await readKubeconfigs({ kubeconfig: valueOf('kubeconfig') }, around);
    return configs.flatMap(({ contexts }) => contexts.map(({ name }) => [name, 'kube context'] as const));
  }
  if (what === 'cluster') {
    const { items } = await client.read(reads.clusters({ limit: LOOKED_THROUGH }));
    return items.map(({ name }) => [name, 'cluster'] as const);
  }
  const flags = {
    cluster: valueOf('cluster'),
    context: valueOf('context'),
    namespace: valueOf('namespace', 'n'),
  };
  const scope = await readScope('cluster' in options ? flags : {}, settings, around);
  const cluster = await clusterOf(context, scope);
  const query = what === 'pod' || what === 'workload' ? { namespace: scope.namespace } : {};
  const { items } = await client.read(reads.pods(cluster, { ...query, limit: LOOKED_THROUGH }));
  const seen = new Map(
    items.map(({ pod, summary }) => {
      const restarts = `${summary.restarts} restarts`;
      if (what === 'pod') return [pod.name, restarts];
      if (what === 'workload') return [`${pod.workload.kind}/${pod.workload.name}`, 'workload'];
      return what === 'node' ? [pod.node ?? '', 'node'] : [pod.namespace, 'namespace'];
    }),
  );
  return [...seen];
}
