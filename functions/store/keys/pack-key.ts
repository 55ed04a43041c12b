import type { Timestamp } from '../../../timeline/contract/primitives.ts';

export interface PackKey {
  /** `occurredAt` of the pack's first event. */
  readonly firstAt: Timestamp;
  /** Hash of the pack's content. */
  readonly hash: string;
}

/**
 * `E#firstAt#hash`: one pack of events. The time stands without its `Z`, so that text order is time order at every
 * precision (`:00` before `:00.5`). The hash makes a repetition overwrite itself, and two packs of the same moment
 * stand side by side.
 */
export const packKey = {
  format(key: PackKey): string {
    return `${PREFIX}${key.firstAt.slice(0, -1)}#${key.hash}`;
  },
  parse(sortKey: string): PackKey | undefined {
    const [prefix, time, hash, ...rest] = sortKey.split('#');
    if (`${prefix}#` !== PREFIX || time === undefined || hash === undefined || rest.length > 0)
      return undefined;
    return { firstAt: `${time}Z`, hash };
  },
} as const;

const PREFIX = 'E#';

/** What all packs' sort keys begin with. */
export const PACK_PREFIX = PREFIX;

/**
 * The hour that a time falls into, as the beginning of its text (`2026-01-31T08`). No pack
 * reaches beyond it, so the packs that can hold an event are exactly those whose key begins with its bucket.
 */
export function bucketOf(time: Timestamp): string {
  return time.slice(0, '2026-01-31T08'.length);
}
