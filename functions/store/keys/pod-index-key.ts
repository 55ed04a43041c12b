import type { TimelinePod } from '../../../timeline/contract/timeline.ts';
import { keyPart } from './key-part.ts';

/**
 * The pods' index: `PODS#cluster` / `namespace#name#firstAt#uid`. Pods of one name stand together in the order in
 * which they lived. The parts' bounds keep the sum below DynamoDB's 1,024 bytes; real names are shorter than these.
 */
export const podIndexKey = {
  partition(cluster: string): string {
    return `PODS#${cluster}`;
  },
  /** `firstAt` is when the pod was created or, where that is not known, first heard of. */
  format(pod: TimelinePod, firstAt: string): string {
    return `${podIndexKey.name(pod.namespace, pod.name)}${firstAt.slice(0, -1)}#${keyPart(pod.uid, 256)}`;
  },
  /** What the sort keys of all pods of a namespace begin with. */
  namespace(namespace: string): string {
    return `${keyPart(namespace, 256)}#`;
  },
  /** What the sort keys of all pods begin with whose names begin so, for a prefix of at most 60 characters. */
  namePrefix(namespace: string, prefix: string): string {
    return `${podIndexKey.namespace(namespace)}${keyPart(prefix, 384)}`;
  },
  /** `firstAt` of a sort key: none of the parts can hold a separator. */
  firstAt(sortKey: string): string {
    return `${sortKey.split('#')[2] ?? ''}Z`;
  },
  /** What the sort keys of all pods of a name begin with. */
  name(namespace: string, name: string): string {
    return `${podIndexKey.namespace(namespace)}${keyPart(name, 384)}#`;
  },
} as const;
