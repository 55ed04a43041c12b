import { load } from 'js-yaml';
import type { Kubeconfig, KubeContext } from './kubeconfig.ts';

/** Reads a kubeconfig. @throws Error if it is no YAML */
export function kubeconfigFromYaml(text: string): Kubeconfig {
  const config = load(text);
  const contexts = member(config, 'contexts');
  return {
    currentContext: textOf(member(config, 'current-context')),
    contexts: (Array.isArray(contexts) ? contexts : []).flatMap((entry): KubeContext[] => {
      const name = textOf(member(entry, 'name'));
      return name === undefined
        ? []
        : [{ name, namespace: textOf(member(member(entry, 'context'), 'namespace')) }];
    }),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** kubectl takes an empty name for none. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
