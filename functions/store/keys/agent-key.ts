import { keyPart } from './key-part.ts';

/** `AGENTS#cluster` / `@node`: the newest statement of each duty (`dutyOf`) that is done there; `@` for the cluster. */
export const agentKey = {
  partition(cluster: string): string {
    return `AGENTS#${cluster}`;
  },
  format(post: string): string {
    return `@${keyPart(post, 900)}`;
  },
} as const;
