import type { Kubeconfig, KubeContext } from './kubeconfig.ts';

/** A plain scalar that every reading of YAML takes for this very text: no quotes, no signs, and no word of YAML's own. */
const PLAIN = '(?!(?:true|false|yes|no|on|off|null|y|n)$)([A-Za-z][A-Za-z0-9._@/-]*(?::[A-Za-z0-9._@/-]+)*)';
const TOP_LEVEL = /^[A-Za-z][A-Za-z-]*:(?: .*)?$/;
/** It stands in every kubeconfig. */
const NO_PREFERENCES = 'preferences: {}';
const CURRENT = new RegExp(`^current-context: ${PLAIN}$`, 'i');
const ENTRY = /^- (?:context:|cluster:|name: .*|user:)$/;
const NAME = new RegExp(`^(?:- |  )name: ${PLAIN}$`, 'i');
const NAMESPACE = new RegExp(`^    namespace: ${PLAIN}$`, 'i');
const OTHER_MEMBER = /^    (?:cluster|user): \S.*$/;

/**
 * Reads a kubeconfig that is written as kubectl writes it, line by line; gives undefined for every other, which needs
 * a reader of YAML: that would take a third as long to load as Node itself, before anything can be asked for.
 */
export function readPlainKubeconfig(text: string): Kubeconfig | undefined {
  let currentContext: string | undefined;
  const contexts: { name?: string; namespace?: string }[] = [];
  let section = '';
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '' || line === NO_PREFERENCES) continue;
    if (
      /[\t\r#&*!|>%"'{}[\]]/.test(line) &&
      (section === '' || section === 'contexts' || !/^[ -]/.test(line))
    )
      return undefined;
    if (TOP_LEVEL.test(line)) {
      section = line.slice(0, line.indexOf(':'));
      if (seen.has(section)) return undefined;
      seen.add(section);
      if (section === 'current-context') {
        currentContext = CURRENT.exec(line)?.[1];
        if (currentContext === undefined) return undefined;
      }
      if (section === 'contexts' && line !== 'contexts:') return undefined;
    } else if (!/^(?:- |  )/.test(line) || section === '') {
      return undefined;
    } else if (section === 'contexts') {
      if (!readContextLine(line, contexts)) return undefined;
    }
  }
  const named = contexts.filter(
    (context): context is { name: string; namespace?: string } => context.name !== undefined,
  );
  if (named.length !== contexts.length) return undefined;
  return { currentContext, contexts: named.map(({ name, namespace }): KubeContext => ({ name, namespace })) };
}

/** Whether the line was understood. */
function readContextLine(line: string, contexts: { name?: string; namespace?: string }[]): boolean {
  if (line.startsWith('- ')) {
    if (!ENTRY.test(line)) return false;
    contexts.push({});
  }
  const context = contexts.at(-1);
  if (context === undefined) return false;
  const name = NAME.exec(line)?.[1];
  const namespace = NAMESPACE.exec(line)?.[1];
  if (name !== undefined) {
    if (context.name !== undefined) return false;
    context.name = name;
    return true;
  }
  if (namespace !== undefined) {
    if (context.namespace !== undefined) return false;
    context.namespace = namespace;
    return true;
  }
  return line === '- context:' || line === '  context:' || OTHER_MEMBER.test(line);
}
