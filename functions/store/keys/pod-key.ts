import type { PodUid } from '../../../timeline/contract/primitives.ts';
import { keyPart } from './key-part.ts';

/** `POD#cluster#uid`: the partition of one pod, with its log of events and the log's head. */
export const podKey = {
  format(cluster: string, uid: PodUid): string {
    return podKey.prefix(cluster) + keyPart(uid, 1600);
  },
  /** What the partition keys of all pods of a cluster begin with. */
  prefix(cluster: string): string {
    return `POD#${cluster}#`;
  },
} as const;
