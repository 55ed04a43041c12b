import { keyPart } from './key-part.ts';

/** `AGENTS#cluster` / `role and node`: the newest statement of each duty (`dutyOf`) that agents there have. */
export const agentKey = {
  partition(cluster: string): string {
    return `AGENTS#${cluster}`;
  },
  format(post: string): string {
    return keyPart(post, 900);
  },
} as const;
