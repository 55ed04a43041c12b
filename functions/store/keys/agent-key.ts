import { keyPart } from './key-part.ts';

/** `AGENTS#cluster` / `duty`: the newest statement of each duty (`dutyOf`) in the cluster. */
export const agentKey = {
  partition(cluster: string): string {
    return `AGENTS#${cluster}`;
  },
  format(duty: string): string {
    return keyPart(duty, 900);
  },
} as const;
