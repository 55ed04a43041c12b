import type { PodUid } from '../../../timeline/contract/primitives.ts';
import { keyPart } from './key-part.ts';

/** `POD#cluster#uid`: the partition of one pod, with its packs of events and its summary. */
export const podKey = {
  format(cluster: string, uid: PodUid): string {
    return `POD#${cluster}#${keyPart(uid, 1600)}`;
  },
} as const;

/** The sort key of a pod's summary. */
export const SUMMARY_SORT_KEY = 'SUMMARY';
