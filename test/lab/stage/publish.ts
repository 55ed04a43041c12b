/** Makes of what was recorded what may be published: the lines of one scenario, without what tells of the machine. */
import { hostname } from 'node:os';

interface Line {
  readonly source: string;
  readonly raw: {
    readonly object?: {
      readonly metadata?: { readonly namespace?: string };
      readonly involvedObject?: { readonly kind?: string; readonly namespace?: string };
    };
    readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
    readonly container?: { readonly labels?: Readonly<Record<string, string>> };
    readonly inspect?: { readonly Config?: { readonly Labels?: Readonly<Record<string, string>> } };
  };
}

const NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';

/** Whether a line of a recording is about the namespace, its node, or the recorder itself. */
export function isOf(namespace: string, text: string): boolean {
  const { source, raw } = JSON.parse(text) as Line;
  switch (source) {
    case 'agent':
      return true;
    case 'event': {
      const about = raw.object?.involvedObject;
      return about?.kind === 'Node' || about?.namespace === namespace;
    }
    case 'docker':
      return (raw.Actor?.Attributes ?? raw.inspect?.Config?.Labels)?.[NAMESPACE_LABEL] === namespace;
    case 'cri':
      return raw.container?.labels?.[NAMESPACE_LABEL] === namespace;
    default:
      return raw.object?.metadata?.namespace === namespace;
  }
}

export interface Scrubbing {
  /** The lab's folder, which is told as `/lab`. */
  readonly folder: string;
  /** The lab's node, which stands for the machine's own name. */
  readonly nodeName: string;
}

/** Puts the lab's names in the place of the machine's. */
export function scrub(text: string, { folder, nodeName }: Scrubbing, machine = hostname()): string {
  return text.replaceAll(folder, '/lab').replaceAll(`"${machine}"`, `"${nodeName}"`);
}
