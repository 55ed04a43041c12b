import type { EventSource } from '../../timeline/contract/event.ts';

/**
 * What trimming left out because it was not as its source promises: a whole observation, or one field of it. Fields
 * that are merely not on the allow-list are no drops.
 */
export type Drop =
  | { readonly kind: 'event'; readonly source: EventSource; readonly problem: string }
  | { readonly kind: 'field'; readonly source: EventSource; readonly field: string };

/** Collects the odd fields of one observation, by their path in it. */
export interface Notes {
  odd(key: string): void;
  within(key: string): Notes;
}

/** Notes whose every entry is told at once; `path` is where they stand. */
export function createNotes(tell: (field: string) => void, path = ''): Notes {
  return {
    odd: (key) => tell(path + key),
    within: (key) => createNotes(tell, `${path}${key}.`),
  };
}
