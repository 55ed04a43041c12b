import type { EventSource } from '../../timeline/contract/event.ts';

/**
 * What trimming left out because it was not as its source promises: a whole observation, or one field of it. Fields
 * that are merely not on the allow-list are no drops.
 */
export type Drop =
  | { readonly kind: 'event'; readonly source: EventSource; readonly problem: string }
  | { readonly kind: 'field'; readonly source: EventSource; readonly field: string };

/** Collects the odd fields of one observation, by their path in it. A number is an element of a list. */
export interface Notes {
  odd(key: string | number): void;
  within(key: string | number): Notes;
}

/** Notes whose every entry is told at once; `path` is where they stand. */
export function createNotes(tell: (field: string) => void): Notes {
  return new PathNotes(tell, undefined, '');
}

/** Nearly every observation has nothing odd, so a path is put together only when it is told. */
class PathNotes implements Notes {
  readonly #tell: (field: string) => void;
  readonly #outer: PathNotes | undefined;
  readonly #key: string | number;

  constructor(tell: (field: string) => void, outer: PathNotes | undefined, key: string | number) {
    this.#tell = tell;
    this.#outer = outer;
    this.#key = key;
  }

  odd(key: string | number): void {
    this.#tell(this.#pathTo(key));
  }

  within(key: string | number): Notes {
    return new PathNotes(this.#tell, this, key);
  }

  #pathTo(key: string | number): string {
    const path = this.#outer === undefined ? '' : this.#outer.#pathTo(this.#key);
    if (typeof key === 'number') return `${path}[${key}]`;
    return path === '' ? key : `${path}.${key}`;
  }
}
