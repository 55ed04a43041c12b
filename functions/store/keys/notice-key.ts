import { createHash } from 'node:crypto';

/**
 * `NOTICE#hash` / `target`: what one target was told of one subject by one rule. Subjects hold names from clusters, of
 * any length; nothing but a whole subject is ever looked up.
 */
export const noticeKey = {
  partition(rule: string, subject: string): string {
    const hash = createHash('sha256')
      .update(JSON.stringify([rule, subject]))
      .digest('base64url');
    return `${NOTICE_PREFIX}${hash}`;
  },
  format(target: string): string {
    return target;
  },
} as const;

/** What the partition keys of all notices begin with: the notifying function may write to these, and to nothing else. */
export const NOTICE_PREFIX = 'NOTICE#';
