import { keyPart } from './key-part.ts';

/**
 * `NODE#cluster#node`: what is known of one node and of the watching there. With an empty node it is the cluster's
 * own partition, for what is not bound to a node; no node can be named so.
 */
export const nodeKey = {
  format(cluster: string, node: string | null): string {
    return `NODE#${cluster}#${node === null ? '' : keyPart(node, 1600)}`;
  },
} as const;
